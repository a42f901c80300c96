from django.db import models
from django.utils.translation import gettext_lazy as _


class Broadcast(models.Model):
    """An announcement in the inbox of all fans at once: one row, however many fans there are.

    A fan sees broadcasts published after they followed; read ones are those up to their last-seen mark
    (`InboxState.broadcasts_seen_at`).
    """

    announcement = models.OneToOneField("merchants.Announcement", models.CASCADE, related_name="broadcast")
    merchant = models.ForeignKey("merchants.Merchant", models.CASCADE, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        indexes = [models.Index(fields=["merchant", "-published_at", "-id"], name="broadcast_newest")]

    def __str__(self) -> str:
        return str(self.announcement_id)

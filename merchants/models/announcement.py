from django.db import models
from django.utils.translation import gettext_lazy as _


class Announcement(models.Model):
    """A merchant speaks to its fans. What is said is a post in the merchant's circle, so fans can answer it."""

    merchant = models.ForeignKey(
        "merchants.Merchant", models.CASCADE, related_name="announcements", verbose_name=_("merchant")
    )
    post = models.OneToOneField("circles.Post", models.CASCADE, related_name="announcement", verbose_name=_("post"))
    fan_count = models.PositiveIntegerField(_("fans at the time"), default=0)
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["merchant", "-published_at", "-id"], name="announcement_newest")]

    def __str__(self) -> str:
        return str(self.post)

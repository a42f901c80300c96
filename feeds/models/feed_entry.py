from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedEntry(models.Model):
    """One post in one member's home timeline. Written by workers, in the transaction that marks their job done.

    Only says that the post was put there; whether it may still be seen is asked when the page is made.
    """

    pk = models.CompositePrimaryKey("member_id", "published_at", "post_id")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    published_at = models.DateTimeField()
    post = models.ForeignKey("circles.Post", models.CASCADE, related_name="+", db_index=False)
    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return f"{self.post_id} → {self.member_id}"

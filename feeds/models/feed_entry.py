from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def _reference(to: str) -> Any:
    """A reference the database does not check.

    Entries are written ten thousand at a time and are no truth of their own: whether post, circle and member
    (still) belong together is asked when the page is made, so three lookups a row would buy nothing.
    """
    return models.ForeignKey(to, models.CASCADE, related_name="+", db_index=False, db_constraint=False)


class FeedEntry(models.Model):
    """One post in one member's home timeline. Written by workers, in the transaction that marks their job done.

    Only says that the post was put there; whether it may still be seen is asked when the page is made.
    """

    pk = models.CompositePrimaryKey("member_id", "published_at", "post_id")
    member = _reference(settings.AUTH_USER_MODEL)
    published_at = models.DateTimeField()
    post = _reference("circles.Post")
    circle = _reference("circles.Circle")

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return f"{self.post_id} → {self.member_id}"

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""`at` counts seconds from here; four bytes reach until 2088."""


def second_of(when: datetime) -> int:
    """The second in which something was published, as entries keep it."""
    return (when - EPOCH) // timedelta(seconds=1)


def _reference(to: str) -> Any:
    """A reference the database does not check.

    Entries are written ten thousand at a time and are no truth of their own: whether post, circle and member
    (still) belong together is asked when the page is made, so two lookups a row would buy nothing.
    """
    return models.ForeignKey(to, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)


class FeedEntry(models.Model):
    """One post in one member's home timeline. Written by workers, in the transaction that marks their job done.

    Only says that the post was put there; whether it may still be seen is asked when the page is made, and so is what
    else there is to know about it. 16 bytes a row: the member's number has four (two thousand million people), so the
    key and the row hold nothing but what they are looked up by. The table is partitioned by time
    (feeds.actions.partitions), and old partitions are dropped whole; docs/timelines.md has the measurements.
    """

    pk = models.CompositePrimaryKey("member_id", "at", "post_id")
    post = _reference("circles.Post")
    member = _reference(settings.AUTH_USER_MODEL)
    at = models.IntegerField()
    """The second in which the post was published, counted from EPOCH."""

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return f"{self.post_id} → {self.member_id}"

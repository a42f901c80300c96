from django.conf import settings
from django.db import models


class InboxState(models.Model):
    """What the badge needs, in one row: how many notifications are unread, and since when broadcasts are.

    Whoever writes or reads a person's notifications locks this row first, so the number always fits.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="inbox_state")
    unread = models.PositiveIntegerField(default=0)
    """Notifications with `read_at` empty; moves in the transaction that writes or reads them."""
    broadcasts_seen_at = models.DateTimeField(null=True, blank=True)
    """When the newest broadcast was published that this person has seen in their inbox."""

    bell = models.BooleanField(default=True, db_default=True)
    """Off: the badge stays empty, and everything is still in the inbox."""

    def __str__(self) -> str:
        return f"{self.user_id}: {self.unread}"

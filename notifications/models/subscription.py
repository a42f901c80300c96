from django.conf import settings
from django.db import models
from django.utils import timezone


class PushSubscription(models.Model):
    """A browser that asked for pushes (RFC 8030): where to send them, and the keys only it can read them with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=100)
    """The browser's public key (RFC 8291), base64url."""
    auth = models.CharField(max_length=40)
    """The browser's authentication secret (RFC 8291), base64url."""
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.endpoint[:40]}"

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    MAIL = "mail", _("e-mail")
    PUSH = "push", _("push")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    """A job is on its way to send it."""
    POSTPONED = "postponed", _("postponed")
    """Released at `due_at`: quiet hours, or the recipient is here right now."""
    SENT = "sent", _("sent")
    SKIPPED = "skipped", _("skipped")
    """It need not be sent any more: read, gone, or no longer wanted."""
    FAILED = "failed", _("failed")
    """The other side refused it for good."""


class Delivery(models.Model):
    """One thing told to one person through one channel that leaves the house.

    Outside there is no transaction, so it is sent at least once. The row, unique per recipient, event and channel,
    keeps it at once wherever the answer came back; a copy sent twice carries the same Message-ID or push tag.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=4, choices=Channel)
    key = models.CharField(max_length=80)
    """The event: the notification's key, "announcement:5", "digest:2026-11-22"."""
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    notification = models.ForeignKey(
        "notifications.Notification", models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    announcement = models.ForeignKey("merchants.Announcement", models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["key", "channel", "recipient"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_postponed_until", condition=~Q(state="postponed") | Q(due_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="postponed")),
            models.Index(fields=["created_at"], name="delivery_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.recipient_id} ({self.channel})"

    @property
    def is_waiting(self) -> bool:
        return self.state == DeliveryState.WAITING

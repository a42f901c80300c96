from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    COMMENT = "comment", _("comment")
    REPLY = "reply", _("reply")
    MENTION = "mention", _("mention")
    LIKE = "like", _("like")
    POST_HIDDEN = "post_hidden", _("post hidden")
    POST_RESTORED = "post_restored", _("post restored")


class Notification(models.Model):
    """One line in one person's inbox. The same `key` never makes a second line: likes of a post collapse into one."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind)
    key = models.CharField(max_length=80)
    """What it is about, such as "like:42" (post) or "comment:7"."""
    post = models.ForeignKey("circles.Post", models.CASCADE, null=True, blank=True, related_name="+")
    comment = models.ForeignKey("circles.Comment", models.CASCADE, null=True, blank=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    """Whoever did it last."""
    actor_count = models.PositiveIntegerField(default=1)
    detail = models.CharField(max_length=300, blank=True)
    """A reason given by a moderator."""
    read_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["recipient", "-updated_at", "-id"], name="notification_newest"),
            models.Index(fields=["recipient"], name="notification_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.recipient_id}"


class NotificationActor(models.Model):
    """Who stands behind a collapsed notification; each person counts once, however often they click."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="actors")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "actor"], name="notification_actor_once")]

    def __str__(self) -> str:
        return f"{self.actor_id} in {self.notification_id}"

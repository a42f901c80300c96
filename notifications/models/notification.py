from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import is_apart
from circles.models import Circle, Comment, Post

if TYPE_CHECKING:
    from accounts.models import User


class Kind(models.TextChoices):
    COMMENT = "comment", _("comment")
    REPLY = "reply", _("reply")
    MENTION = "mention", _("mention")
    LIKE = "like", _("like")
    COMMENT_LIKE = "comment_like", _("like of a comment")
    POST = "post", _("new post")
    POST_HIDDEN = "post_hidden", _("post hidden")
    POST_RESTORED = "post_restored", _("post restored")
    FACT_GRANTED = "fact_granted", _("something verified")
    FACT_EXPIRING = "fact_expiring", _("something verified runs out")
    FACT_REVOKED = "fact_revoked", _("something no longer verified")
    IDENTITY = "identity", _("verification")
    IDENTITY_DUE = "identity_due", _("verification due")
    CREDIT = "credit", _("credit changed")
    PSEUDONYM_OPENED = "pseudonym_opened", _("pseudonym opened")
    CIRCLE = "circle", _("news of a circle")
    FOLLOW = "follow", _("new follower")
    POLL_CLOSED = "poll_closed", _("poll closed")
    EVENT = "event", _("event")
    ACCEPTED = "accepted", _("answer accepted")
    DRAFT = "draft", _("scheduled post")
    NEWS = "news", _("news for all members")
    MEDAL = "medal", _("medal")
    GOAL = "goal", _("goal reached")
    WELCOME = "welcome", _("welcome to a circle")


DECISIONS = (Kind.POST_HIDDEN, Kind.POST_RESTORED)
"""What moderators decided about somebody's own post: shown whether or not the post may be seen, and never muted."""
ABOUT_ONESELF = (
    *(Kind.FACT_GRANTED, Kind.FACT_EXPIRING, Kind.FACT_REVOKED),
    *(Kind.IDENTITY, Kind.IDENTITY_DUE, Kind.CREDIT, Kind.PSEUDONYM_OPENED, Kind.DRAFT, Kind.CIRCLE, Kind.MEDAL),
)
"""What concerns the account itself: there is no post behind it, and it is never muted (notifications.notices)."""


OF_CIRCLE = (Kind.GOAL, Kind.WELCOME)
"""What a circle itself says, with no post behind it: whoever mutes the circle gets none."""
IMPERSONAL = (Kind.POLL_CLOSED, Kind.EVENT, Kind.NEWS)
"""What is new of something one takes part in: nobody did it to anybody."""
ADDRESSED = (Kind.COMMENT, Kind.REPLY, Kind.MENTION, Kind.LIKE, Kind.COMMENT_LIKE)
"""What somebody does towards the recipient: here their shield (`User.reach`) is asked."""


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, viewer: "User") -> "NotificationQuerySet":
        """The viewer's own, but for those about something that is hidden or gone, or of somebody blocked."""
        post = Post.objects.visible_to(viewer).filter(pk=OuterRef("post_id"))
        comment = Comment.objects.visible_to(viewer).filter(pk=OuterRef("comment_id"))
        circle = Circle.objects.visible_to(viewer).filter(pk=OuterRef("circle_id"))
        return self.filter(Q(actor=None) | ~is_apart(viewer.pk, "actor_id"), recipient=viewer).filter(
            Q(kind__in=(*DECISIONS, *ABOUT_ONESELF, Kind.FOLLOW))
            | (Q(kind__in=OF_CIRCLE) & Exists(circle))
            | (Exists(post) & (Q(comment__isnull=True) | Exists(comment)))
        )


class Notification(models.Model):
    """One line in one person's inbox. The same `key` never makes a second line: likes of a post collapse into one.

    Rows are written, and marked read, by `notifications.actions` alone: they hold the recipient's InboxState locked.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=16, choices=Kind)
    key = models.CharField(max_length=80)
    """What it is about, such as "like:42" (post), "comment:7" or "fact:3"."""
    post = models.ForeignKey("circles.Post", models.CASCADE, null=True, blank=True, related_name="+")
    comment = models.ForeignKey("circles.Comment", models.CASCADE, null=True, blank=True, related_name="+")
    circle = models.ForeignKey(
        "circles.Circle", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    """Of OF_CIRCLE, whose news it is: whoever may not see that circle any more does not see the line."""
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    """Whoever did it last; empty for decisions, which moderators make in the community's name."""
    actor_count = models.PositiveIntegerField(default=1)
    detail = models.CharField(max_length=300, blank=True)
    """A reason given by a moderator, or by whoever decided."""
    data = models.JSONField(default=dict, db_default={}, blank=True)
    """What a notice about oneself says (notifications.notices), or what is new of an event: plain values."""
    read_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = NotificationQuerySet.as_manager()

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

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class NotificationActor(models.Model):
    """Who stands behind a collapsed notification; each person counts once, however often they click."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="actors")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "actor"], name="notification_actor_once")]

    def __str__(self) -> str:
        return f"{self.actor_id} in {self.notification_id}"

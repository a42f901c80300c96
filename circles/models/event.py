import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from circles.models.post import Post

if TYPE_CHECKING:
    from accounts.models import User

PLACE_MAX = 120
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without what is easily taken for something else."""
CODE_LENGTH = 6
USUAL_LENGTH = timedelta(hours=2)
"""How long an event lasts of which nobody said so."""


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, viewer: "User | Any") -> "EventQuerySet":
        """Whoever sees the post sees its event."""
        return self.filter(post__in=Post.objects.visible_to(viewer))


class Event(models.Model):
    """When and where people meet, and how many. Its counters move under its lock."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="event")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=64)
    """Its time zone (IANA): an event is at its place's time, wherever one reads it."""
    place = models.CharField(_("place"), max_length=PLACE_MAX)
    fee_fen = models.PositiveIntegerField(_("fee in fen"), default=0)
    """Shown, never collected here."""
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    """Empty: as many as come."""
    going_count = models.PositiveIntegerField(_("people who go"), default=0)
    waiting_count = models.PositiveIntegerField(_("people in line"), default=0)
    check_in_code = models.CharField(max_length=CODE_LENGTH, default=new_code)
    """Shown at the door by who organises it."""
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["starts_at"], name="event_starts")]
        constraints = [models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gt=0), name="event_has_places")]

    def __str__(self) -> str:
        return str(self.post)

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime | None:
        return self.ends_at.astimezone(ZoneInfo(self.zone)) if self.ends_at else None

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.going_count >= self.capacity

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    def is_over(self, now: datetime | None = None) -> bool:
        return (self.ends_at or self.starts_at + USUAL_LENGTH) <= (now or timezone.now())


class SignUpState(models.TextChoices):
    GOING = "going", pgettext_lazy("sign-up", "going")
    WAITING = "waiting", pgettext_lazy("sign-up", "waiting for a place")
    WITHDRAWN = "withdrawn", pgettext_lazy("sign-up", "withdrawn")


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def visible_to(self, viewer: "User | Any") -> "SignUpQuerySet":
        """One's own, and those for an event one organises."""
        if viewer.pk is None:
            return self.none()
        return self.filter(Q(person=viewer.pk) | Q(event__post__author=viewer.pk))

    def in_line(self) -> "SignUpQuerySet":
        return self.filter(state=SignUpState.WAITING).order_by("queued_at", "pk")


class SignUp(models.Model):
    """One person for one event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sign_ups")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ups")
    state = models.CharField(max_length=10, choices=SignUpState)
    queued_at = models.DateTimeField(default=timezone.now)
    """Since when they are in the line; anew after withdrawing."""
    checked_in_at = models.DateTimeField(null=True, blank=True)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="sign_up_one_per_person")]
        indexes = [models.Index(fields=["event", "state", "queued_at"], name="sign_up_line")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.state}"

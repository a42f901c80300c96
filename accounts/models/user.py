import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.block import Reach
from accounts.models.notice import DEFAULT_LEVELS, NoticeLevel

if TYPE_CHECKING:
    from accounts.badges import Badge

CREDIT_START = 550
NICKNAME = re.compile(r"^[\w-]{2,20}\Z")


def _shown(packed: list[list[Any]], *, in_circles: bool = False) -> "list[Badge]":
    from accounts import badges  # it reads facts, which point here

    return badges.shown(packed, in_circles=in_circles)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def named(self, nicknames: list[str]) -> "UserQuerySet":
        """Active people with one of these nicknames, whatever the case."""
        return self.active().filter(nickname_key__in=[name.lower() for name in nicknames])


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    pass


class User(AbstractUser):
    """One account. Behind a verified one stands exactly one real person; in front stands the nickname."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), blank=True)
    nickname = models.CharField(
        _("nickname"),
        max_length=20,
        validators=[RegexValidator(NICKNAME, _("2 to 20 letters, digits, “_” or “-”, no spaces."))],
        help_text=_("What others see. 2 to 20 letters, digits, “_” or “-”."),
    )
    nickname_key = models.GeneratedField(
        expression=Lower("nickname"), output_field=models.CharField(max_length=40), db_persist=True, unique=True
    )
    bio = models.CharField(_("about me"), max_length=200, blank=True)
    avatar = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    banned_until = models.DateTimeField(_("may not write until"), null=True, blank=True)
    notice_level = models.CharField(
        _("notifications"),
        max_length=10,
        choices=[(level.value, level.label) for level in DEFAULT_LEVELS],
        default=NoticeLevel.HIGHLIGHTS,
        db_default=NoticeLevel.HIGHLIGHTS,
    )
    """For circles and merchants this person has chosen nothing else for."""
    reach = models.CharField(
        _("who may reach me"), max_length=10, choices=Reach, default=Reach.EVERYONE, db_default=Reach.EVERYONE
    )
    closing_at = models.DateTimeField(_("account is closed at"), null=True, blank=True, editable=False)
    """Somebody asked to close their account and can still take that back; written by accounts.actions.closing."""
    agreed_version = models.PositiveSmallIntegerField(editable=False, default=0, db_default=0)
    """The last version of terms and privacy notice agreed to; the rows are `consents`."""
    child_until = models.DateField(null=True, blank=True, editable=False)
    """The fourteenth birthday, of children alone; known from verification, never shown, forgotten once it has come."""
    guarded_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When a guardian agreed; asked for only while the person is under fourteen."""
    region = models.CharField(_("region"), max_length=20, blank=True, default="", db_default="", editable=False)
    """Province or country of the last address, as accounts.region writes it. The address is not kept."""
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, default="", db_default="", editable=False)
    """Where this person's day begins and ends, such as "Asia/Shanghai"; empty: as the community's (TIME_ZONE)."""
    time_zone_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    credit = models.PositiveSmallIntegerField(_("conduct credit"), default=CREDIT_START, db_default=CREDIT_START)
    """350 to 950; from conduct alone. Written by accounts.actions.credit."""
    held_facts = models.JSONField(editable=False, default=list, db_default=[])
    """The facts not revoked, packed by accounts.passport; rewritten with every grant and revocation."""

    badges = models.JSONField(editable=False, default=list, db_default=[])
    """What of that this person shows, packed by accounts.badges; rewritten along with `held_facts`."""

    objects: Any = UserManager()

    keeps_distance: bool = True
    """May what others write be kept from this person, by a block or a mute? Whoever loads a viewer for pages asks
    (accounts.backends); of anybody else it is not known, and each author is looked at."""

    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["-date_joined", "-id"], name="user_newest")]

    @classmethod
    def somebody(cls, pk: int, *, keeps_distance: bool = True, notice_level: str = NoticeLevel.HIGHLIGHTS) -> "User":
        """Stands for whoever asks, in querysets that are compiled once (core.prepared)."""
        person = cls(pk=pk, notice_level=notice_level)
        person.keeps_distance = keeps_distance
        return person

    def __str__(self) -> str:
        return self.nickname

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.nickname:
            self.nickname = self.username[:20]
        super().save(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        return _session_auth_hash(self.password, settings.SECRET_KEY)

    def get_absolute_url(self) -> str:
        return reverse("accounts:profile", args=[self.username])

    def get_full_name(self) -> str:
        return self.nickname

    def get_short_name(self) -> str:
        return self.nickname

    def level(self, chosen: str) -> NoticeLevel:
        """How much reaches this person where they have chosen `chosen`; empty: their default."""
        return NoticeLevel(chosen or self.notice_level)

    @property
    def profile_badges(self) -> "list[Badge]":
        """What their profile shows of their facts, as of now. No query."""
        return _shown(self.badges) if self.badges else []

    @property
    def circle_badges(self) -> "list[Badge]":
        """What stands beside their name in circles, as of now. No query."""
        return _shown(self.badges, in_circles=True) if self.badges else []

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > timezone.now()

    @property
    def avatar_url(self) -> str | None:
        return self.avatar.thumb_url if self.avatar_id and self.avatar else None


@lru_cache(maxsize=4096)
def _session_auth_hash(password: str, _secret: str) -> str:
    """Every request asks what Django makes of the two."""
    return AbstractUser.get_session_auth_hash(User(password=password))

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.block import is_apart

if TYPE_CHECKING:
    from accounts.models import User


class MayFollow(models.TextChoices):
    """Who may follow a person."""

    EVERYONE = "everyone", pgettext_lazy("who may follow me", "Everyone")
    CHOSEN = "chosen", pgettext_lazy("who may follow me", "Only people I follow")
    NOBODY = "nobody", pgettext_lazy("who may follow me", "Nobody")


class Audience(models.TextChoices):
    """To whom a part of somebody's profile shows. Friends are people who follow each other."""

    EVERYONE = "everyone", pgettext_lazy("who sees it", "Everyone")
    FRIENDS = "friends", pgettext_lazy("who sees it", "Only friends")
    NOBODY = "nobody", pgettext_lazy("who sees it", "Only me")


class FollowSettings(models.Model):
    """What somebody allows others, and how many they are. Without a row: all of it as the fields' defaults.

    The row is also what follows and blocks lock, those of both people in the order of their ids, so that one of two
    at the same moment sees the other. Written by accounts.actions.follows alone.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="follow_settings",
        verbose_name=_("person"),
    )
    may_follow = models.CharField(_("who may follow me"), max_length=10, choices=MayFollow, default=MayFollow.EVERYONE)
    shows_follows = models.CharField(
        _("who sees whom I follow, and who follows me"), max_length=10, choices=Audience, default=Audience.EVERYONE
    )
    shows_circles = models.CharField(
        _("who sees my circles on my profile"), max_length=10, choices=Audience, default=Audience.EVERYONE
    )
    is_suggested = models.BooleanField(_("suggest me to people from my circles"), default=True)
    follower_count = models.PositiveIntegerField(_("followers"), default=0)
    following_count = models.PositiveIntegerField(_("follows"), default=0)
    day = models.DateField(null=True, blank=True, editable=False)
    """The last day they followed somebody, and …"""
    day_count = models.PositiveIntegerField(editable=False, default=0)
    """… how often on that day; taking a follow back gives nothing back."""

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("follow settings")
        verbose_name_plural = _("follow settings")

    def __str__(self) -> str:
        return str(self.user_id)


class FollowQuerySet(models.QuerySet["Follow"]):
    def visible_to(self, viewer: "User | Any") -> "FollowQuerySet":
        """One's own, and those between people who both show theirs to the viewer and whom no block keeps away.

        People whose account is closed are in nobody's list.
        """
        rows = self.filter(follower__is_active=True, followed__is_active=True)
        ends = Q(user_id=OuterRef("follower_id")) | Q(user_id=OuterRef("followed_id"))
        if viewer.pk is None:
            return rows.exclude(Exists(FollowSettings.objects.filter(ends).exclude(shows_follows=Audience.EVERYONE)))
        closed = FollowSettings.objects.filter(ends).filter(
            Q(shows_follows=Audience.NOBODY) | (Q(shows_follows=Audience.FRIENDS) & ~are_friends(viewer.pk, "user_id"))
        )
        own = Q(follower_id=viewer.pk) | Q(followed_id=viewer.pk)
        rows = rows.exclude(is_apart(viewer.pk, "follower_id")).exclude(is_apart(viewer.pk, "followed_id"))
        return rows.filter(own | ~Exists(closed))


class Follow(models.Model):
    """One person wants to read what another posts. Both ways round they are friends."""

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="follows_made",
        db_index=False,
        verbose_name=_("person who follows"),
    )
    followed = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="follows_met",
        db_index=False,
        verbose_name=_("followed person"),
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(name="follow_is_of_another", condition=~Q(follower=F("followed"))),
        ]
        indexes = [
            models.Index(fields=["follower", "-created_at", "-id"], name="follow_made"),
            models.Index(fields=["followed", "-created_at", "-id"], name="follow_met"),
        ]

    def __str__(self) -> str:
        return f"{self.follower} → {self.followed}"


def are_friends(viewer_id: int, person: str) -> Q:
    """Do the viewer and whoever the column `person` names follow each other? Two probes of an index a row."""
    made = Follow.objects.filter(follower_id=viewer_id, followed_id=OuterRef(person))
    met = Follow.objects.filter(follower_id=OuterRef(person), followed_id=viewer_id)
    return Q(Exists(made)) & Q(Exists(met))

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from circles.models import Circle, Membership

if TYPE_CHECKING:
    from accounts.models import User


class MedalRule(models.TextChoices):
    """What gives a medal by itself, all within one circle."""

    HAND = "hand", _("given by hand")
    STREAK = "streak", pgettext_lazy("rule of a medal", "days in a row")
    GRADE = "grade", pgettext_lazy("rule of a medal", "level")
    POSTS = "posts", pgettext_lazy("rule of a medal", "posts")
    FEATURED = "featured", _("featured posts")
    YEARS = "years", _("years a member")
    ACCEPTED = "accepted", _("accepted answers")
    HOST = "host", _("events held")
    PIONEER = "pioneer", _("days since the founding, at most")


class MedalTone(models.TextChoices):
    GOLD = "gold", _("gold")
    SILVER = "silver", _("silver")
    BRONZE = "bronze", _("bronze")
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    RED = "red", _("red")


ICONS = (
    "medal",
    "award",
    "trophy",
    "star",
    "flame",
    "heart",
    "sprout",
    "feather",
    "camera",
    "book-open",
    "sun",
    "crown",
)
"""Of Lucide."""


class MedalQuerySet(models.QuerySet["Medal"]):
    def visible_to(self, viewer: "User | Any") -> "MedalQuerySet":
        """The platform's, and those of circles this viewer may see, unless authors are under pseudonyms there."""
        circles = Circle.objects.visible_to(viewer).filter(masks_authors=False)
        return self.filter(Q(circle=None) | Q(circle__in=circles))


class Medal(models.Model):
    """Something to be proud of: defined by the platform, or by the owner of a circle."""

    circle = models.ForeignKey(
        "circles.Circle", models.CASCADE, null=True, blank=True, related_name="medals", verbose_name=_("circle")
    )
    """Empty: the platform's."""
    name = models.CharField(_("name"), max_length=20)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    text = models.CharField(_("what for"), max_length=120, blank=True)
    icon = models.CharField(_("picture"), max_length=20, choices=[(name, name) for name in ICONS], default=ICONS[0])
    tone = models.CharField(_("colour"), max_length=10, choices=MedalTone, default=MedalTone.GOLD)
    rule = models.CharField(_("given for"), max_length=10, choices=MedalRule, default=MedalRule.HAND)
    threshold = models.PositiveIntegerField(_("from how many on"), default=0)
    is_active = models.BooleanField(_("is given"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MedalQuerySet.as_manager()

    class Meta:
        verbose_name = _("medal")
        verbose_name_plural = _("medals")
        constraints = [
            models.UniqueConstraint(fields=["circle", "name"], name="medal_named_once", nulls_distinct=False),
            models.CheckConstraint(name="medal_rule_counts", condition=Q(rule="hand") | Q(threshold__gt=0)),
        ]
        indexes = [models.Index(fields=["rule", "threshold"], name="medal_by_rule", condition=Q(is_active=True))]

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class AwardQuerySet(models.QuerySet["Award"]):
    def standing(self) -> "AwardQuerySet":
        return self.filter(revoked_at=None)

    def visible_to(self, viewer: "User | Any") -> "AwardQuerySet":
        """What people show. One of a circle only where this viewer may see the circle, and where its holder's name
        there leads to their profile: else the medal would tell whose it is."""
        linked = Membership.objects.filter(user=OuterRef("user"), circle=OuterRef("medal__circle"), is_linked=True)
        open_ones = Q(medal__circle=None) | (Q(medal__in=Medal.objects.visible_to(viewer)) & Q(Exists(linked)))
        shown = open_ones & Q(is_shown=True)
        return self.standing().filter(shown if viewer.pk is None else shown | Q(user_id=viewer.pk))


class Award(models.Model):
    """A medal somebody holds: once a person, and taken back only by hand."""

    medal = models.ForeignKey(Medal, models.CASCADE, related_name="awards", verbose_name=_("medal"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="awards", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    """Of one given by hand."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    is_shown = models.BooleanField(_("on the profile"), default=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [models.UniqueConstraint(fields=["medal", "user"], name="award_once")]
        indexes = [models.Index(fields=["user", "-at", "-id"], name="award_newest", condition=Q(revoked_at=None))]

    def __str__(self) -> str:
        return f"{self.medal} → {self.user}"

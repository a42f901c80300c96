from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from circles.models import Circle, Membership

if TYPE_CHECKING:
    from accounts.models import User


class GoalPicture(models.TextChoices):
    TREE = "tree", _("a tree")
    LIGHTS = "lights", _("lights in windows")
    REEF = "reef", _("a reef")


class Cause(models.Model):
    """Something good that circles can gather for: the platform's list, kept in the admin."""

    slug = models.SlugField(_("address"), unique=True)
    name = models.CharField(_("name"), max_length=30)
    name_en = models.CharField(_("English name"), max_length=60)
    text = models.CharField(_("what comes of it"), max_length=200)
    text_en = models.CharField(_("the same in English"), max_length=300, blank=True)
    picture = models.CharField(_("picture"), max_length=10, choices=GoalPicture, default=GoalPicture.TREE)
    energy = models.PositiveIntegerField(_("active days needed"), default=2_000)
    """One of it is one day on which one member did something that counts."""
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name

    @property
    def words(self) -> str:
        """What comes of it, in the reader's language."""
        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text


class GoalState(models.TextChoices):
    RUNNING = "running", _("under way")
    REACHED = "reached", _("reached")
    ENDED = "ended", _("called off")
    OVER = "over", _("not reached in time")


TITLE_MAX, TEXT_MAX = 30, 200


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, viewer: "User | Any") -> "GoalQuerySet":
        """Those of circles this viewer may see."""
        return self.filter(circle__in=Circle.objects.visible_to(viewer))


class Goal(models.Model):
    """What a circle gathers for together: each day on which a member does something that counts is one for all.

    Written by daily.actions.goals alone. `energy` is the number of its GoalDay rows.
    """

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="goals", verbose_name=_("circle"))
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cause of the platform")
    )
    """Empty: one of the circle's own."""
    title = models.CharField(_("title"), max_length=TITLE_MAX, blank=True, default="", db_default="")
    """Empty: the cause's name."""
    text = models.CharField(_("what comes of it"), max_length=TEXT_MAX, blank=True, default="", db_default="")
    picture = models.CharField(
        _("picture"), max_length=10, choices=GoalPicture, default=GoalPicture.TREE, db_default=GoalPicture.TREE
    )
    target = models.PositiveIntegerField(_("active days needed"))
    energy = models.PositiveIntegerField(_("active days"), default=0)
    until = models.DateField(_("last day"), null=True, blank=True)
    """By the community's calendar; empty: as long as it takes."""
    state = models.CharField(_("state"), max_length=10, choices=GoalState, default=GoalState.RUNNING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("begun by")
    )
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.UniqueConstraint(fields=["circle"], name="goal_one_at_a_time", condition=Q(state="running")),
            models.CheckConstraint(name="goal_has_target", condition=Q(target__gt=0)),
            models.CheckConstraint(name="goal_is_named", condition=Q(cause__isnull=False) | ~Q(title="")),
        ]
        indexes = [models.Index(fields=["circle", "-started_at"], name="goal_newest")]

    def __str__(self) -> str:
        return f"{self.circle} · {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("daily:goal", args=[self.circle.slug, self.pk])

    @property
    def name(self) -> str:
        """Load `cause` along."""
        return self.title or str(self.cause)

    @property
    def words(self) -> str:
        return self.text or (self.cause.words if self.cause else "")

    @property
    def percent(self) -> int:
        return min(self.energy * 100 // self.target, 100) if self.target else 100

    @property
    def percent_shown(self) -> str:
        return f"{self.percent} %"

    @property
    def is_running(self) -> bool:
        return self.state == GoalState.RUNNING

    @property
    def is_reached(self) -> bool:
        return self.state == GoalState.REACHED


class GoalShareQuerySet(models.QuerySet["GoalShare"]):
    def visible_to(self, viewer: "User | Any") -> "GoalShareQuerySet":
        """What members gave, for whoever may see the circle: under the names they have there, and nobody's who left."""
        members = Membership.objects.active().filter(user=OuterRef("user"), circle=OuterRef("goal__circle"))
        goals = Goal.objects.visible_to(viewer).filter(circle__masks_authors=False)
        return self.filter(Exists(members), goal__in=goals, energy__gt=0)


class GoalShare(models.Model):
    """What one member gave towards a goal: on how many days."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="shares", verbose_name=_("goal"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="goal_shares", verbose_name=_("person")
    )
    energy = models.PositiveIntegerField(_("active days"), default=0)

    objects = GoalShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("share in a goal")
        verbose_name_plural = _("shares in goals")
        constraints = [models.UniqueConstraint(fields=["goal", "user"], name="goal_share_once")]
        indexes = [models.Index(fields=["goal", "-energy", "id"], name="goal_share_largest")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.energy}"


class GoalDay(models.Model):
    """A day of one member that counts towards a goal: once, whatever they did on it."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="days", verbose_name=_("goal"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    day = models.DateField(_("day"))
    """The member's own."""

    class Meta:
        verbose_name = _("day for a goal")
        verbose_name_plural = _("days for goals")
        constraints = [models.UniqueConstraint(fields=["goal", "user", "day"], name="goal_day_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.day}"

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from circles.models import Circle

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
    energy = models.PositiveIntegerField(_("energy needed"), default=20_000)
    """One of it is one activity point of a member."""
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


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, viewer: "User | Any") -> "GoalQuerySet":
        """Those of circles this viewer may see."""
        return self.filter(circle__in=Circle.objects.visible_to(viewer))


class Goal(models.Model):
    """What a circle gathers for together: every point a member earns in it is energy for all."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="goals", verbose_name=_("circle"))
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="+", verbose_name=_("cause"))
    target = models.PositiveIntegerField(_("energy needed"))
    energy = models.PositiveIntegerField(_("energy"), default=0)
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
            models.UniqueConstraint(fields=["circle"], name="goal_one_at_a_time", condition=Q(state="running"))
        ]
        indexes = [models.Index(fields=["circle", "-started_at"], name="goal_newest")]

    def __str__(self) -> str:
        return f"{self.circle} · {self.cause}"

    def get_absolute_url(self) -> str:
        return reverse("daily:goal", args=[self.circle.slug, self.pk])

    @property
    def percent(self) -> int:
        return min(self.energy * 100 // self.target, 100) if self.target else 100

    @property
    def is_running(self) -> bool:
        return self.state == GoalState.RUNNING

    @property
    def is_reached(self) -> bool:
        return self.state == GoalState.REACHED


class GoalShare(models.Model):
    """What one member gave towards a goal. Only they see it."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="shares", verbose_name=_("goal"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="goal_shares", verbose_name=_("person")
    )
    energy = models.PositiveIntegerField(_("energy"), default=0)

    class Meta:
        verbose_name = _("share in a goal")
        verbose_name_plural = _("shares in goals")
        constraints = [models.UniqueConstraint(fields=["goal", "user"], name="goal_share_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.energy}"

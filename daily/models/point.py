from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PointKind(models.TextChoices):
    """What earns activity points. What each is worth is said by `daily.levels`."""

    SIGN_IN = "sign_in", _("signed in")
    POST = "post", _("posted")
    COMMENT = "comment", _("commented")
    LIKED = "liked", _("was liked")


class PointEntry(models.Model):
    """Something a member did in a circle, counted once: the `key` is unique per member.

    Of a kind and day only the first few that stand count (daily.levels); the rest stands by. Written by
    daily.actions.points alone, under the membership's lock. Only its member reads it.
    """

    circle = models.ForeignKey(
        "circles.Circle", models.CASCADE, related_name="+", verbose_name=_("circle"), db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="point_entries", verbose_name=_("person"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PointKind)
    key = models.CharField(_("key"), max_length=60)
    """Such as "post:42" or, of whoever liked something that day, "liked:7:2026-11-22"."""
    day = models.DateField(_("day"))
    """The member's own."""
    points = models.PositiveSmallIntegerField(_("points"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    """Of LIKED, who liked: one entry for each person and day, however much they like."""
    at = models.DateTimeField(_("when"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("entry of activity points")
        verbose_name_plural = _("entries of activity points")
        constraints = [models.UniqueConstraint(fields=["circle", "user", "key"], name="point_once")]
        indexes = [
            models.Index(
                fields=["circle", "user", "day", "kind", "id"], name="point_of_day", condition=Q(withdrawn_at=None)
            ),
            models.Index(fields=["user", "-id"], name="point_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.key} +{self.points}"

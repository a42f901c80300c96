from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CircleGrowth(models.Model):
    """How a circle's last week compares with its own past; see docs/discovery.md. Who may see it is asked of
    Circle.objects.visible_to. Rows of circles that do not grow are not there. Written by discovery.actions.growth."""

    circle = models.OneToOneField(
        "circles.Circle", models.CASCADE, primary_key=True, related_name="growth", verbose_name=_("circle")
    )
    joined = models.PositiveIntegerField(_("joined this week"))
    usual = models.FloatField(_("usual in a week"))
    score = models.FloatField(_("score"))
    measured_at = models.DateTimeField(_("measured"), default=timezone.now)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("growth of a circle")
        verbose_name_plural = _("growth of circles")
        indexes = [models.Index(fields=["-score", "-circle"], name="growth_fastest")]

    def __str__(self) -> str:
        return str(self.circle)

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class CircleKinship(models.Model):
    """Whoever is in `circle` is often in `other`, too. At most KIN_MAX a circle; see discovery.actions.kinship."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="kin", db_index=False)
    other = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+")
    score = models.FloatField(_("score"))

    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "other"], name="kinship_once")]

    def __str__(self) -> str:
        return f"{self.circle_id} ~ {self.other_id}"


class CircleTrait(models.Model):
    """What a circle is about, as far as a person's facts or region can speak to it: its gates name a school, or its
    name a city. Written by discovery.actions.kinship along with the kinships."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="traits", db_index=False)
    token = models.CharField(max_length=90)
    """A fact as kind:value, or region:<province>."""
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)

    objects: Any = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "token"], name="trait_once")]
        indexes = [models.Index(fields=["token", "circle"], name="trait_found")]

    def __str__(self) -> str:
        return f"{self.circle_id}: {self.token}"

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

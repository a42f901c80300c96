from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Interests(models.Model):
    """What a person answered when they came, and may answer anew: only suggestions rest on it, and nobody else sees it.

    Written by discovery.actions.welcome alone.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="interests")
    categories = ArrayField(models.BigIntegerField(), verbose_name=_("categories"), default=list)
    """Ids of circles.Category."""
    place = models.CharField(_("school or city"), max_length=30, blank=True)
    """As typed: a wish to meet people from there, no verified fact."""
    wished = ArrayField(models.BigIntegerField(), default=list)
    """Circles chosen before the person was verified; joined as soon as they are (discovery.join_wished)."""
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    """When the questions were last gone through or skipped."""

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("interests")
        verbose_name_plural = _("interests")

    def __str__(self) -> str:
        return str(self.user_id)


class Dismissal(models.Model):
    """Somebody is not interested in a circle or a person, and does not want to be shown them again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dismissals", db_index=False)
    circle = models.ForeignKey("circles.Circle", models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("waved away")
        verbose_name_plural = _("waved away")
        constraints = [
            models.UniqueConstraint(fields=["user", "circle"], name="dismissal_of_circle_once"),
            models.UniqueConstraint(fields=["user", "person"], name="dismissal_of_person_once"),
            models.CheckConstraint(
                name="dismissal_of_one_thing", condition=Q(circle__isnull=False) ^ Q(person__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["user", "-created_at", "-id"], name="dismissal_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.circle_id or self.person_id}"

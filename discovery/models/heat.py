from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HALF_LIFE_HOURS = 12
"""After so long a deed counts half."""


class PostHeat(models.Model):
    """How much a post moves people, as docs/discovery.md says. Who may see it is asked of Post.objects.visible_to.

    `score` does not change as time goes by: everything cools at the same rate, so the order stays. It is the binary
    logarithm of the heat, counted from 1970 in half-lives. Written by discovery.actions.heat alone.
    """

    post = models.OneToOneField(
        "circles.Post", models.CASCADE, primary_key=True, related_name="heat", verbose_name=_("post")
    )
    circle = models.ForeignKey(
        "circles.Circle", models.CASCADE, related_name="+", db_index=False, verbose_name=_("circle")
    )
    score = models.FloatField(_("score"))
    people = models.PositiveIntegerField(_("people"))
    """Verified people who liked it or spoke under it, each once, without its author."""
    measured_at = models.DateTimeField(_("measured"), default=timezone.now)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("heat of a post")
        verbose_name_plural = _("heat of posts")
        indexes = [
            models.Index(fields=["-score", "-post"], name="heat_hottest"),
            models.Index(fields=["circle", "-score", "-post"], name="heat_in_circle"),
        ]

    def __str__(self) -> str:
        return str(self.post)


def degrees(score: float, now: datetime) -> int:
    """The heat at that moment as people read it: ten for a like of this minute by somebody long here."""
    half_lives = score - now.timestamp() / 3600 / HALF_LIFE_HOURS
    return round(10 * 2.0 ** min(half_lives, 40))

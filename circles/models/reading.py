from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadingPlace(models.Model):
    """How far one member has read in one circle. Its own table: it moves often, and memberships are asked for often.

    Without a row one has read up to when one joined.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reading_places")
    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+")
    read_to = models.DateTimeField()
    """When the newest post was published that stood on a page they saw."""

    class Meta:
        verbose_name = _("reading place")
        verbose_name_plural = _("reading places")
        constraints = [models.UniqueConstraint(fields=["user", "circle"], name="reading_place_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.circle_id}"

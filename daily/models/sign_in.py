from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignIn(models.Model):
    """Somebody was there that day, by their own calendar: once a day, whatever is pressed how often."""

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="+", verbose_name=_("circle"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    is_made_up = models.BooleanField(_("made up for"), default=False)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        constraints = [models.UniqueConstraint(fields=["circle", "user", "day"], name="sign_in_once")]
        indexes = [models.Index(fields=["user", "-day"], name="sign_in_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.day}"

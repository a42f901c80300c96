import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OpeningState(models.TextChoices):
    ASKED = "asked", _("waits for a second administrator")
    OPENED = "opened", pgettext_lazy("pseudonym", "opened")
    REFUSED = "refused", _("refused")


class PseudonymOpening(models.Model):
    """One administrator asks to know who stands behind a pseudonym, another one decides. Rows are never deleted."""

    pseudonym = models.ForeignKey(
        "circles.Pseudonym", models.PROTECT, related_name="openings", verbose_name=_("pseudonym")
    )
    state = models.CharField(_("state"), max_length=10, choices=OpeningState, default=OpeningState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision = models.TextField(_("reason of the second administrator"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening of a pseudonym")
        verbose_name_plural = _("openings of pseudonyms")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["pseudonym"], name="opening_one_at_a_time", condition=Q(state="asked")),
            models.CheckConstraint(
                name="opening_takes_two",
                condition=Q(state="asked", decided_by=None)
                | (~Q(state="asked") & Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pseudonym} · {self.get_state_display()}"

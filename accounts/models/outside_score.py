from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutsideScore(models.Model):
    """What a service that scores people said of somebody who agreed to it: the highest mark reached, not the score.

    Written by accounts.actions.outside_scores alone, together with the facts that rules rest on. Deleted when its owner
    takes it back or it has run out.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="outside_score",
        verbose_name=_("person"),
    )
    provider = models.CharField(_("service"), max_length=20)
    level = models.PositiveSmallIntegerField(_("reaches"), null=True)
    """None: below the first mark."""
    subject_index = models.BinaryField(max_length=32, unique=True, editable=False)
    """Blind index of the account there: it speaks for one person here."""
    agreed_at = models.DateTimeField(_("agreed"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("score from elsewhere")
        verbose_name_plural = _("scores from elsewhere")
        indexes = [models.Index(fields=["valid_until"], name="outside_score_runs_out")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.provider}"

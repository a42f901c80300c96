"""Consent: what somebody agreed to, when, and who agrees for a child."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Agreement(models.TextChoices):
    TERMS = "terms", _("Rules of this site")
    PRIVACY = "privacy", _("What we know about you")


class Consent(models.Model):
    """Somebody agreed to this version of a document. Rows are only added."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    document = models.CharField(max_length=10, choices=Agreement)
    version = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["user", "document", "version"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.document} {self.version}"


class Guardianship(models.Model):
    """A verified adult who agrees that a child under fourteen writes here, and can take that back."""

    child = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="guardianship", verbose_name=_("child")
    )
    guardian = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="wards",
        verbose_name=_("guardian"),
    )
    code = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe)
    """Part of the address the child shows to the guardian; a new one with each asking."""
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints = [
            models.CheckConstraint(name="guardian_is_another", condition=~Q(child=F("guardian"))),
            models.CheckConstraint(
                name="guardian_has_confirmed",
                condition=Q(guardian=None, confirmed_at=None) | Q(guardian__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} ← {self.guardian_id}"

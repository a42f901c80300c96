from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime


class FactKind(models.TextChoices):
    STUDENT = "student", _("student")
    GRADUATE = "graduate", _("graduate")
    EMPLOYEE = "employee", _("employee")
    PROFESSION = "profession", _("profession")
    RESIDENT = "resident", _("resident of a city")
    ADULT = "adult", _("adult")
    GENDER = "gender", _("gender")
    MERCHANT_STAFF = "merchant_staff", _("merchant's staff")


SENSITIVE_KINDS = frozenset({FactKind.GENDER})
"""Facts that shut people out for what they are: a rule may rest on them only where a platform admin approved it."""


class Institution(models.Model):
    """A school, a company, a professional body: what a fact may name, and who may vouch for it."""

    class Kind(models.TextChoices):
        SCHOOL = "school", _("school")
        COMPANY = "company", _("company")
        BODY = "body", _("professional body")

    slug = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Small letters, digits and single hyphens."))],
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    is_issuer = models.BooleanField(_("may vouch for people"), default=False)
    """Set by an admin: what this institution says of people becomes a fact."""

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FactQuerySet(models.QuerySet["Fact"]):
    def valid(self, at: "datetime | None" = None) -> "FactQuerySet":
        """Facts that hold at that moment (default: now)."""
        at = at or timezone.now()
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at, revoked_at=None)


class Fact(models.Model):
    """Something verified about a person. Rows are history: they run out or are revoked, never deleted.

    Written by accounts.actions.facts alone, which rewrites `User.held_facts` in the same transaction.
    """

    class Source(models.TextChoices):
        IDENTITY = "identity", _("identity document")
        PROVIDER = "provider", _("identity provider")
        ISSUER = "issuer", _("institution")
        MERCHANT = "merchant", _("merchant")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="facts", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=20, choices=FactKind)
    value = models.CharField(_("value"), max_length=60, blank=True)
    """An institution's code, a city's (GB/T 2260, four digits), `female` or `male`; empty for adult."""
    source = models.CharField(_("source"), max_length=10, choices=Source)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="facts", verbose_name=_("institution")
    )
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    is_shown = models.BooleanField(_("shown as a badge"), default=False)
    created_at = models.DateTimeField(_("recorded"), default=timezone.now)

    objects: Any = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("verified fact")
        verbose_name_plural = _("verified facts")
        constraints = [
            models.CheckConstraint(
                name="fact_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "value", "source"], name="fact_once", condition=Q(revoked_at=None)
            ),
        ]
        indexes = [models.Index(fields=["kind", "value", "user"], name="fact_holders", condition=Q(revoked_at=None))]

    def __str__(self) -> str:
        return f"{self.user} · {self.kind}:{self.value}"

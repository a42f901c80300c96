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
    OUTSIDE_SCORE = "outside_score", _("score from elsewhere")


SENSITIVE_KINDS = frozenset({FactKind.GENDER, FactKind.OUTSIDE_SCORE})
"""Facts that shut people out for what they are or own: a rule may rest on them only where a platform admin approved it.
"""


class Institution(models.Model):
    """A school, a company, a professional body: what a fact may name, and who may vouch for it."""

    class Kind(models.TextChoices):
        SCHOOL = "school", _("school")
        COMPANY = "company", _("company")
        BODY = "body", _("professional body")
        TOWN = "town", _("town or city")

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
    value = models.CharField(
        _("profession's or city's code"),
        max_length=40,
        blank=True,
        help_text=_("Of a professional body, such as doctor; of a town, its four digits in GB/T 2260."),
    )
    value_name = models.CharField(_("what it is called"), max_length=30, blank=True)
    value_name_en = models.CharField(_("what it is called in English"), max_length=40, blank=True)

    VOUCHES_FOR = {
        Kind.SCHOOL: (FactKind.STUDENT, FactKind.GRADUATE, FactKind.EMPLOYEE),
        Kind.COMPANY: (FactKind.EMPLOYEE,),
        Kind.BODY: (FactKind.PROFESSION,),
        Kind.TOWN: (FactKind.RESIDENT,),
    }

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> tuple[FactKind, ...]:
        """What it may say of people."""
        return self.VOUCHES_FOR[self.Kind(self.kind)]

    def value_of(self, kind: str) -> str:
        """The value of a fact of that kind by this institution."""
        return self.value if kind in (FactKind.PROFESSION, FactKind.RESIDENT) else self.slug


class FactQuerySet(models.QuerySet["Fact"]):
    def valid(self, at: "datetime | None" = None) -> "FactQuerySet":
        """Facts that hold at that moment (default: now)."""
        at = at or timezone.now()
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at, revoked_at=None)


class Fact(models.Model):
    """Something verified about a person. Rows run out or are revoked, never deleted; FactChange has the history.

    Written by accounts.actions.facts alone, which rewrites `User.held_facts` in the same transaction.
    """

    class Source(models.TextChoices):
        IDENTITY = "identity", _("identity document")
        PROVIDER = "provider", _("identity provider")
        ISSUER = "issuer", _("institution")
        MERCHANT = "merchant", _("merchant")
        OUTSIDE = "outside", _("service that scores people")

    class Shown(models.TextChoices):
        """Where it stands as a badge; whoever may see more may see the profile too."""

        NOWHERE = "nowhere", _("nowhere")
        PROFILE = "profile", _("on my profile")
        CIRCLES = "circles", _("on my profile and beside my name in circles")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="facts", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=20, choices=FactKind)
    value = models.CharField(_("value"), max_length=60, blank=True)
    """An institution's code, a city's (GB/T 2260, four digits), `female` or `male`; empty for adult. Of a score, the
    service and one mark it reaches, "service:700": a fact for each, so that reaching 750 holds 700 as well."""
    source = models.CharField(_("source"), max_length=10, choices=Source)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="facts", verbose_name=_("institution")
    )
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    shown = models.CharField(
        _("shown as a badge"), max_length=10, choices=Shown, default=Shown.NOWHERE, db_default=Shown.NOWHERE
    )
    label = models.CharField(_("called"), max_length=60, blank=True)
    """What the value is called where no institution names it: a merchant's name, a city's."""
    created_at = models.DateTimeField(_("recorded"), default=timezone.now)
    reminded_of = models.DateTimeField(null=True, blank=True, editable=False)
    """The end (`valid_until`) its owner was reminded of."""

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
                fields=["user", "kind", "value", "source", "institution"],
                name="fact_once",
                condition=Q(revoked_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "value", "user"], name="fact_holders", condition=Q(revoked_at=None)),
            models.Index(fields=["valid_until"], name="fact_runs_out", condition=Q(revoked_at=None)),
            models.Index(fields=["institution", "-id"], name="fact_of_institution"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.kind}:{self.value}"


class FactChange(models.Model):
    """What became of a fact, one row a step, so that the person can read who said it, when, and who took it back."""

    class What(models.TextChoices):
        GRANTED = "granted", _("recorded")
        RENEWED = "renewed", _("renewed")
        REVOKED = "revoked", _("taken back")

    class Way(models.TextChoices):
        DOCUMENT = "document", _("identity document")
        PROVIDER = "provider", _("identity provider")
        EMAIL = "email", _("e-mail address of the institution")
        CODE = "code", _("invitation code")
        ROSTER = "roster", _("list of the institution")
        API = "api", _("the institution's own system")
        STAFF = "staff", _("somebody of the institution")
        MERCHANT = "merchant", _("merchant")
        TEAM = "team", _("the team of this site")
        OUTSIDE = "outside", _("the service, asked with consent")

    fact = models.ForeignKey(Fact, models.CASCADE, related_name="changes")
    what = models.CharField(_("what"), max_length=10, choices=What)
    way = models.CharField(_("how"), max_length=10, choices=Way, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("change of a fact")
        verbose_name_plural = _("changes of facts")
        indexes = [models.Index(fields=["fact", "-id"], name="fact_change_newest")]

    def __str__(self) -> str:
        return f"{self.what} · {self.fact_id}"

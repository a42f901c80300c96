import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Document(models.TextChoices):
    ID_CARD = "id_card", _("resident identity card")
    PASSPORT = "passport", _("passport")


class IdentityState(models.TextChoices):
    VALID = "valid", _("valid")
    EXPIRED = "expired", _("run out")
    REVOKED = "revoked", _("taken back")


class LegalIdentity(models.Model):
    """That there is a verified person behind an account. Who it is lies in custody, under `sealed_id`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="legal_identity", verbose_name=_("person")
    )
    provider = models.CharField(_("provider"), max_length=40)
    document = models.CharField(_("document"), max_length=10, choices=Document, default=Document.ID_CARD)
    state = models.CharField(_("state"), max_length=10, choices=IdentityState, default=IdentityState.VALID)
    verified_at = models.DateTimeField(_("verified"), default=timezone.now)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    """The document's last day, where it is known."""
    asked_for = models.PositiveSmallIntegerField(null=True, editable=False)
    """How many days before the end the holder was last asked to verify anew."""
    sealed_id = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("verified identity")
        verbose_name_plural = _("verified identities")
        constraints = [
            models.CheckConstraint(
                name="identity_sealed_unless_revoked",
                condition=Q(state="revoked", sealed_id=None) | (~Q(state="revoked") & Q(sealed_id__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["valid_until"], name="identity_running_out", condition=Q(state="valid"))]

    def __str__(self) -> str:
        return str(self.pk)

    def is_over(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today


class IdentityCheckState(models.TextChoices):
    STARTED = "started", _("with the provider")
    PENDING = "pending", _("waiting for review")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("never finished")


OPEN_STATES = (IdentityCheckState.STARTED, IdentityCheckState.PENDING)


class IdentityCheckQuerySet(models.QuerySet["IdentityCheck"]):
    def open(self) -> "IdentityCheckQuerySet":
        return self.filter(state__in=OPEN_STATES)


class IdentityCheck(models.Model):
    """One attempt to verify, and what became of it. What was claimed lies in custody until it is decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="identity_checks", verbose_name=_("person")
    )
    provider = models.CharField(_("provider"), max_length=40)
    document = models.CharField(_("document"), max_length=10, choices=Document, default=Document.ID_CARD)
    state = models.CharField(_("state"), max_length=10, choices=IdentityCheckState, default=IdentityCheckState.PENDING)
    reference = models.CharField(max_length=64, blank=True, editable=False)
    """What the provider calls this check."""
    sealed_id = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    endorsed_by: Any = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("approved so far by")
    )
    """People of the team who approved, where more than one has to."""

    objects: Any = IdentityCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="identity_check_one_open", condition=Q(state__in=("started", "pending"))
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"], name="identity_check_reference_once", condition=~Q(reference="")
            ),
            models.CheckConstraint(
                name="identity_check_wiped_when_decided",
                condition=Q(state__in=("started", "pending")) | Q(sealed_id=None),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="identity_check_queue", condition=Q(state="pending")),
            models.Index(fields=["created_at"], name="identity_check_started", condition=Q(state="started")),
            models.Index(fields=["user", "created_at"], name="identity_check_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class IdentityEvent(models.Model):
    """Something happened with who a person is, or somebody looked. Rows are only added; the person reads them."""

    class What(models.TextChoices):
        VERIFIED = "verified", _("You were verified")
        RENEWED = "renewed", _("You were verified anew")
        ASKED = "asked", _("We asked you to verify anew, because your document runs out")
        EXPIRED = "expired", _("Your verification ran out with your document")
        REVOKED = "revoked", _("Your verification was taken back")
        RELEASED = "released", _("Your legal identity was deleted")
        LOOKED = "looked", _("Somebody of the team looked at your legal name")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="identity_events")
    what = models.CharField(max_length=10, choices=What)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who of the team did it; nobody where the person or time did."""
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="identity_event_of_user")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what}"

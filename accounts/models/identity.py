import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import crypto


class EncryptedPerson(models.Model):
    """A legal name and ID number, encrypted; the row and field are part of what is authenticated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_version = models.PositiveSmallIntegerField(editable=False)
    name_encrypted = models.BinaryField(editable=False)
    number_encrypted = models.BinaryField(editable=False)
    number_index = models.BinaryField(max_length=32, editable=False)
    """Blind index of the ID number: equal for the same person, useless without the key."""

    class Meta:
        abstract = True

    def seal(self, *, name: str, number: str) -> None:
        """Encrypt both under the newest key, and index the number."""
        self.key_version, self.name_encrypted = crypto.encrypt(name, context=self._context("name"))
        _, self.number_encrypted = crypto.encrypt(number, context=self._context("number"))
        self.number_index = crypto.blind_index(number)

    def open_name(self) -> str:
        """The legal name in plain text. Callers write an audit row first."""
        return crypto.decrypt(self.name_encrypted, version=self.key_version, context=self._context("name"))

    def open_number(self) -> str:
        """The ID number in plain text. Callers write an audit row first."""
        return crypto.decrypt(self.number_encrypted, version=self.key_version, context=self._context("number"))

    def _context(self, field: str) -> str:
        return f"{self._meta.label_lower}:{self.pk}:{field}"


class LegalIdentity(EncryptedPerson):
    """The verified person behind an account: one person, one account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="legal_identity", verbose_name=_("person")
    )
    provider = models.CharField(_("provider"), max_length=40)
    verified_at = models.DateTimeField(_("verified"), default=timezone.now)

    class Meta:
        verbose_name = _("verified identity")
        verbose_name_plural = _("verified identities")
        constraints = [models.UniqueConstraint(fields=["number_index"], name="identity_one_person_one_account")]

    def __str__(self) -> str:
        return str(self.pk)


class IdentityCheckState(models.TextChoices):
    PENDING = "pending", _("waiting for review")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class IdentityCheck(EncryptedPerson):
    """One attempt to verify: what was claimed, and what became of it. The claim is wiped once decided."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="identity_checks", verbose_name=_("person")
    )
    provider = models.CharField(_("provider"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=IdentityCheckState, default=IdentityCheckState.PENDING)
    key_version = models.PositiveSmallIntegerField(null=True, editable=False)
    name_encrypted = models.BinaryField(null=True, editable=False)
    number_encrypted = models.BinaryField(null=True, editable=False)
    number_index = models.BinaryField(max_length=32, null=True, editable=False)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")
        constraints = [
            models.UniqueConstraint(fields=["user"], name="identity_check_one_pending", condition=Q(state="pending")),
            models.CheckConstraint(
                name="identity_check_wiped_when_decided",
                condition=Q(state="pending")
                | Q(name_encrypted=None, number_encrypted=None, number_index=None, key_version=None),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="identity_check_queue", condition=Q(state="pending")),
            models.Index(fields=["user", "created_at"], name="identity_check_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_state_display()}"

    def wipe(self) -> None:
        """Forget the claim. The row is not saved."""
        self.key_version = self.name_encrypted = self.number_encrypted = self.number_index = None

"""How an institution vouches for people: e-mail domains, invitation codes, lists, and its own system over the API."""

import hashlib
import re
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.fact import FactKind, Institution

DOMAIN = r"^(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z"
DOMAIN_FORM = re.compile(DOMAIN)
CODE_DIGITS = 6
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What codes are made of: nothing that looks like something else."""


def read_code(typed: str) -> str:
    """A code as it was meant: without spaces and hyphens, in capitals."""
    return "".join(char for char in typed.upper() if char.isalnum())[:40]


def digest_of_code(code: str) -> str:
    """Codes are kept as this: keyed, because a code people type is short enough to be tried out without the key."""
    return salted_hmac("accounts.code", read_code(code), algorithm="sha256").hexdigest()


def new_code(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


class InstitutionStaff(models.Model):
    """Somebody who speaks for an institution: hands out codes, uploads lists, takes facts back."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="institution_staff")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("staff of an institution")
        verbose_name_plural = _("staff of institutions")
        constraints = [models.UniqueConstraint(fields=["institution", "user"], name="institution_staff_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.institution}"


class InstitutionDomain(models.Model):
    """Whoever reads mail under this domain is what `kind` says. A domain is one institution's."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="domains")
    domain = models.CharField(
        _("e-mail domain"),
        max_length=253,
        unique=True,
        validators=[RegexValidator(DOMAIN, _("A domain, such as stu.example.edu.cn."))],
    )
    kind = models.CharField(_("whoever has such an address is"), max_length=20, choices=FactKind)

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class EmailProof(models.Model):
    """A code on its way to an institution's e-mail address. Row and address part soon: see `address`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="email_proofs")
    institution = models.ForeignKey(Institution, models.CASCADE, null=True, related_name="+")
    """None: no institution knows this address. Nothing is sent, and nobody is told."""
    kind = models.CharField(max_length=20, choices=FactKind, blank=True)
    """What the domain says; empty where the address stands on a list only."""
    address = models.CharField(max_length=254, blank=True)
    """Until the code is typed or has run out; then it is wiped."""
    address_index = models.BinaryField(max_length=32)
    nonce = models.CharField(max_length=64, default=secrets.token_hex)
    language = models.CharField(max_length=10)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="email_proof_one_open", condition=Q(closed_at=None)),
            models.CheckConstraint(name="email_proof_wiped_when_closed", condition=Q(closed_at=None) | Q(address="")),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="email_proof_of_user"),
            models.Index(fields=["address_index", "created_at"], name="email_proof_of_address"),
            models.Index(fields=["expires_at"], name="email_proof_open", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def code(self) -> str:
        """The code in the mail. Stored nowhere: it follows from the row and the site's secret key."""
        digest = salted_hmac("accounts.email_proof", f"{self.pk}:{self.nonce}", algorithm="sha256").digest()
        return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"

    def is_code(self, typed: str) -> bool:
        return self.institution_id is not None and constant_time_compare(read_code(typed), self.code())


class ProvenAddress(models.Model):
    """An address that has proven one account, and so proves no other. The address itself is not kept."""

    address_index = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="proven_addresses")
    proven_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("proven address")
        verbose_name_plural = _("proven addresses")

    def __str__(self) -> str:
        return str(self.pk)


class Terms(models.Model):
    """What an institution says of a number of people at once."""

    kind = models.CharField(_("they are"), max_length=20, choices=FactKind)
    note = models.CharField(_("note"), max_length=60, blank=True)
    graduates = models.DateField(_("expected graduation"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        abstract = True


class InvitationBatch(Terms):
    """Codes an institution hands to its people."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="batches")
    uses_max = models.PositiveIntegerField(_("people for each code"), default=1)
    expires_at = models.DateTimeField(_("usable until"))

    class Meta:
        verbose_name = _("batch of invitation codes")
        verbose_name_plural = _("batches of invitation codes")
        indexes = [models.Index(fields=["institution", "-id"], name="invitation_batch_newest")]

    def __str__(self) -> str:
        return f"{self.institution} · {self.note or self.created_at:%Y-%m-%d}"


class InvitationCode(models.Model):
    """One code; only a keyed digest of it is kept. The database stops `used` at the limit."""

    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    used = models.PositiveIntegerField(default=0)
    uses_max = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="invitation_code_limit", condition=Q(used__lte=F("uses_max")))]

    def __str__(self) -> str:
        return str(self.pk)


class InvitationUse(models.Model):
    code = models.ForeignKey(InvitationCode, models.CASCADE, related_name="uses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "user"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.code_id} · {self.user_id}"


class Roster(Terms):
    """A list of an institution's people, kept as blind indexes alone: who is asked for can be found, nobody be read."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="rosters")
    size = models.PositiveIntegerField(_("rows"), default=0)

    class Meta:
        verbose_name = _("list of an institution")
        verbose_name_plural = _("lists of institutions")
        indexes = [models.Index(fields=["institution", "-id"], name="roster_newest")]

    def __str__(self) -> str:
        return f"{self.institution} · {self.note or self.created_at:%Y-%m-%d}"


class RosterEntry(models.Model):
    """One person on a list: by legal name and ID number, or by an e-mail address."""

    class By(models.TextChoices):
        IDENTITY = "identity"
        EMAIL = "email"

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="entries")
    by = models.CharField(max_length=10, choices=By)
    index = models.BinaryField(max_length=64)
    graduates = models.DateField(null=True)
    matched_at = models.DateTimeField(null=True)
    """When an account was found for it; which one, only the fact says."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "by", "index"], name="roster_entry_once")]
        indexes = [models.Index(fields=["by", "index"], name="roster_entry_found")]

    def __str__(self) -> str:
        return str(self.pk)


class IssuerToken(models.Model):
    """A key with which an institution's own system uses the API. Only its SHA-256 is kept."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(_("note"), max_length=60, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of an institution")
        verbose_name_plural = _("keys of institutions")

    def __str__(self) -> str:
        return f"{self.institution} · {self.note or self.pk}"

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @staticmethod
    def generate() -> str:
        """A new random token of 256 bits."""
        return f"qzi_{secrets.token_urlsafe(32)}"


class Subject(models.Model):
    """What an institution calls a person over the API: a name that means nothing anywhere else.

    Made when the person shows the institution a code, or when it vouches for them in another way.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="subjects")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code_digest = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True)

    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "user"], name="subject_once"),
            models.UniqueConstraint(fields=["code_digest"], name="subject_code_once", condition=~Q(code_digest="")),
        ]

    def __str__(self) -> str:
        return str(self.key)

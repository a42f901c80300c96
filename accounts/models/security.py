"""What belongs to logging in: a phone number, codes on their way to it, and browsers seen before."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

CODE_DIGITS = 6


class PhoneNumber(models.Model):
    """A number somebody proved to read. One phone, one account; shown to its owner alone, and masked."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="phone", verbose_name=_("person")
    )
    number = models.CharField(_("number"), max_length=16, unique=True)
    """E.164, such as +8613800000000."""
    confirmed_at = models.DateTimeField(_("confirmed"), default=timezone.now)

    class Meta:
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        return f"{self.number[:-8]} **** {self.number[-4:]}"


class PhoneCode(models.Model):
    """A code sent to a number, good for some minutes and a few tries. Rows are deleted after a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="phone_codes")
    number = models.CharField(max_length=16)
    nonce = models.CharField(max_length=64, default=secrets.token_hex)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="phone_code_of_user"),
            models.Index(fields=["number", "-created_at"], name="phone_code_of_number"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def code(self) -> str:
        """Stored nowhere: it follows from the row and the site's secret key."""
        digest = salted_hmac("accounts.phone", f"{self.pk}:{self.nonce}", algorithm="sha256").digest()
        return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


class Device(models.Model):
    """A browser somebody logged in with before; it holds a cookie of which only the SHA-256 is kept here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64)
    label = models.CharField(max_length=60, blank=True)
    """Browser and system, such as "Firefox · Linux"."""
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="device_once")]

    def __str__(self) -> str:
        return self.label

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

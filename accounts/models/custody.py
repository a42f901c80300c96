"""Who people really are. These tables are read and written by `accounts.actions.custody` alone, under their own role.

No foreign key leads out of here: an account is a number. So this can live under a role that sees nothing else.
"""

import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core import crypto


class SealedPerson(models.Model):
    """A legal name, a document's number and what stands on it, encrypted under a data key of this row alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.BigIntegerField(db_index=True)
    """The account that claims to be this person, or is."""
    key_version = models.PositiveSmallIntegerField()
    """The master key that wraps the data key. Moves with `manage.py rotate_keys`, and nothing else of the row does."""
    wrapped_key = models.BinaryField()
    name_encrypted = models.BinaryField()
    number_encrypted = models.BinaryField()
    details_encrypted = models.BinaryField()
    number_index = models.BinaryField(max_length=32)
    """Blind index of document and number: equal for the same person, useless without the key and slow with it."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "custody_person"
        indexes = [models.Index(fields=["key_version", "id"], name="custody_person_of_key")]

    def __str__(self) -> str:
        return str(self.pk)

    def seal(self, *, name: str, number: str, details: dict[str, Any], index: bytes) -> None:
        """Fill a new row. Its data key is made here and never changes."""
        key = crypto.new_data_key()
        self.key_version, self.wrapped_key = crypto.wrap(key, context=self._context("key"))
        self.name_encrypted = crypto.seal(name.encode(), key=key, context=self._context("name"))
        self.number_encrypted = crypto.seal(number.encode(), key=key, context=self._context("number"))
        self.details_encrypted = crypto.seal(json.dumps(details).encode(), key=key, context=self._context("details"))
        self.number_index = index

    def open_name(self) -> str:
        """The legal name in plain text. Where a person is going to read it, an audit row is written first."""
        return crypto.unseal(self.name_encrypted, key=self.data_key(), context=self._context("name")).decode()

    def open_number(self) -> str:
        return crypto.unseal(self.number_encrypted, key=self.data_key(), context=self._context("number")).decode()

    def open_details(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            crypto.unseal(self.details_encrypted, key=self.data_key(), context=self._context("details"))
        )
        return found

    def data_key(self) -> bytes:
        return crypto.unwrap(self.wrapped_key, version=self.key_version, context=self._context("key"))

    def rewrap(self) -> None:
        """Wrap the data key under the newest master key. Nothing else changes; the row is not saved."""
        self.key_version, self.wrapped_key = crypto.wrap(self.data_key(), context=self._context("key"))

    def _context(self, field: str) -> str:
        return f"person:{self.pk}:{field}"


class SealedPhoto(models.Model):
    """A photographed document, encrypted under the data key of its person. Deleted with the decision."""

    person = models.ForeignKey(SealedPerson, models.CASCADE, related_name="photos")
    number = models.PositiveSmallIntegerField()
    image_encrypted = models.BinaryField()

    class Meta:
        db_table = "custody_photo"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="custody_photo_once")]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.number}"

    def seal(self, image: bytes, *, key: bytes) -> None:
        self.image_encrypted = crypto.seal(image, key=key, context=self._context())

    def open(self, *, key: bytes) -> bytes:
        return crypto.unseal(self.image_encrypted, key=key, context=self._context())

    def _context(self) -> str:
        return f"person:{self.person_id}:photo:{self.number}"


class Hold(models.Model):
    """One person, one account: whoever holds a number keeps every other account from it."""

    number_index = models.BinaryField(max_length=32, primary_key=True)
    owner_id = models.BigIntegerField(db_index=True)
    barred_until = models.DateTimeField(null=True)
    """The account is closed but banned; until then nobody may come back as this person."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "custody_hold"
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id"], name="custody_hold_one_person_an_account", condition=Q(barred_until=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.owner_id)


class Try(models.Model):
    """Somebody asked about a number. Kept for minutes, to count how often."""

    number_index = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "custody_try"
        indexes = [models.Index(fields=["number_index", "made_at"], name="custody_try_of_number")]

    def __str__(self) -> str:
        return str(self.made_at)

"""The one place that reads and writes who people really are (models.custody).

Custody may be on a connection of its own (accounts.custody), so nothing here is undone when the caller's transaction
is. What binds a person therefore comes before the caller's commit and what frees one after it: a crash in between
leaves a person held too long, never held by two, and `tidy` puts that right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.custody import alias, is_apart
from accounts.identity.claim import Claim, restore
from accounts.models import IdentityCheck, IdentityState, LegalIdentity
from accounts.models.custody import Hold, SealedPerson, SealedPhoto, Try
from core import crypto
from core.errors import DomainError, NotFound, Refused

TIDY_AFTER = timedelta(hours=1)
"""Younger leftovers may belong to somebody who is at it."""
_BATCH = 500


def admit(claim: Claim) -> bytes:
    """Count one more question about this person, and return the blind index. Call it outside any other transaction.

    Raises `Refused` (`too_many_checks`) when IDENTITY_TRIES were made within IDENTITY_TRIES_SECONDS, whoever made them
    and whether or not anybody has the number, or `DomainError` (`identity_busy`, 503).
    """
    try:
        index = crypto.slow_index(claim.key)
    except crypto.Busy:
        raise DomainError(
            "identity_busy", _("Many people are verifying right now. Please try again in a minute."), status=503
        ) from None
    since = timezone.now() - timedelta(seconds=settings.IDENTITY_TRIES_SECONDS)
    with transaction.atomic(using=alias()):
        with connections[alias()].cursor() as cursor:
            # Those who ask about the same number at the same moment stand in line: a count alone lets both pass.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], signed=True)])
        is_free = Try.objects.filter(number_index=index, made_at__gt=since)[: settings.IDENTITY_TRIES].count()
        if is_free < settings.IDENTITY_TRIES:
            Try.objects.create(number_index=index)
            return index
    raise Refused("too_many_checks", _("This was tried too often just now. Please wait five minutes."))


def seal(*, owner_id: int, claim: Claim, index: bytes, photos: Sequence[bytes] = ()) -> UUID:
    """Keep what an account claims, encrypted, and return where."""
    person = SealedPerson(owner_id=owner_id)
    person.seal(name=claim.name, number=claim.number, details=claim.details(), index=index)
    with transaction.atomic(using=alias()):
        person.save(force_insert=True)
        if photos:
            key = person.data_key()
            rows = [SealedPhoto(person=person, number=number) for number in range(len(photos))]
            for row, image in zip(rows, photos, strict=True):
                row.seal(image, key=key)
            SealedPhoto.objects.bulk_create(rows)
    return person.pk


def read(sealed_id: UUID | None) -> Claim:
    """Who that is, in plain text. Where somebody is going to read it, an audit row is written first.

    Raises `NotFound` (`wiped`).
    """
    person = _find(sealed_id)
    return restore(name=person.open_name(), number=person.open_number(), details=person.open_details())


def read_photos(sealed_id: UUID | None) -> list[bytes]:
    """The photographed documents, as WebP."""
    person = _find(sealed_id)
    photos = list(person.photos.all())
    key = person.data_key() if photos else b""
    return [photo.open(key=key) for photo in photos]


def bind(*, sealed_id: UUID | None, owner_id: int) -> bool:
    """Bind the sealed person to the account that claims to be them, and forget the photos. False, and nothing is
    changed, when another account holds them, also if that happens at this moment, or when this account is bound to
    somebody else. Doing it twice is the same as once.

    The caller has the account's row locked.
    """
    now = timezone.now()
    try:
        with transaction.atomic(using=alias()):
            person = _find(sealed_id)
            index = bytes(person.number_index)
            mine = Hold.objects.select_for_update().filter(owner_id=owner_id, barred_until=None).first()
            if mine is None or bytes(mine.number_index) != index:
                if mine is not None:
                    if not _is_same_person(owner_id, person):
                        return False
                    mine.delete()
                Hold.objects.filter(number_index=index, barred_until__lte=now).delete()
                # ON CONFLICT DO NOTHING waits for a rival to commit, and unlike a violated constraint logs no row.
                Hold.objects.bulk_create([Hold(number_index=index, owner_id=owner_id)], ignore_conflicts=True)
                if not Hold.objects.filter(number_index=index, owner_id=owner_id, barred_until=None).exists():
                    raise _Taken
            SealedPhoto.objects.filter(person=person).delete()
            return True
    except _Taken:
        return False


def is_taken(*, index: bytes, owner_id: int) -> bool:
    """Does another account hold this person?"""
    is_barred_or_held = Q(barred_until=None) | Q(barred_until__gt=timezone.now())
    return Hold.objects.filter(is_barred_or_held, number_index=index).exclude(owner_id=owner_id).exists()


def discard(sealed_id: UUID | None) -> None:
    """Destroy what was sealed, data key and photos included, once the caller's transaction has committed."""
    if sealed_id is not None:
        _after_commit(lambda: _delete([sealed_id]))


def release(*, owner_id: int, barred_until: datetime | None = None) -> None:
    """Destroy all that is sealed of an account and free the person, once the caller's transaction has committed.

    With `barred_until` nobody can verify as this person until then: of them only the blind index is kept.
    """

    def free() -> None:
        with transaction.atomic(using=alias()):
            SealedPerson.objects.filter(owner_id=owner_id).delete()
            holds = Hold.objects.filter(owner_id=owner_id, barred_until=None)
            if barred_until is None:
                holds.delete()
            else:
                holds.update(barred_until=barred_until)

    _after_commit(free)


# --- keys ---


@dataclass(frozen=True)
class Rotation:
    wrapped: int
    """Rows whose data key was wrapped anew in this step."""
    left: bool
    """Whether any may be left."""


def rotate(*, rows: int) -> Rotation:
    """Wrap the data keys of up to `rows` rows under the newest master key, in one short transaction.

    Rows that others are writing are passed over and come later. Killed in between, nothing is half done: a row is
    readable before and after. Raises `DomainError` (`key_missing`) for rows whose master key IDENTITY_KEYS lacks.
    """
    newest = crypto.newest_version()
    with transaction.atomic(using=alias()):
        old = SealedPerson.objects.filter(key_version__lt=newest)
        found = list(
            old.select_for_update(skip_locked=True)
            .only("id", "key_version", "wrapped_key")
            .order_by("key_version", "id")[:rows]
        )
        missing = sorted({row.key_version for row in found if not crypto.has_version(row.key_version)})
        if missing:
            raise DomainError(
                "key_missing",
                f"IDENTITY_KEYS lacks version {', '.join(map(str, missing))}, which rows are still wrapped with.",
            )
        for row in found:
            row.rewrap()
        with connections[alias()].cursor() as cursor:
            cursor.execute(_REWRAP, [newest, [row.pk for row in found], [bytes(row.wrapped_key) for row in found]])
    return Rotation(len(found), left=bool(found) or SealedPerson.objects.filter(key_version__lt=newest).exists())


# --- what crashes and time leave behind ---


def tidy(*, now: datetime) -> int:
    """Forget tries, bars that are over, and what nothing refers to any more. Returns how many rows went."""
    tries = timedelta(seconds=settings.IDENTITY_TRIES_SECONDS)
    gone = Try.objects.filter(made_at__lt=now - tries).delete()[0]
    gone += Hold.objects.filter(barred_until__lt=now).delete()[0]
    before = now - TIDY_AFTER
    sealed = SealedPerson.objects.filter(created_at__lt=before).order_by("id")
    after = UUID(int=0)
    while batch := list(sealed.filter(id__gt=after).values_list("id", flat=True)[:_BATCH]):
        after = batch[-1]
        needed = set(LegalIdentity.objects.filter(sealed_id__in=batch).values_list("sealed_id", flat=True))
        needed |= set(IdentityCheck.objects.filter(sealed_id__in=batch).values_list("sealed_id", flat=True))
        if loose := [found for found in batch if found not in needed]:
            gone += _delete(loose)
    owner = 0
    holds = Hold.objects.filter(barred_until=None, created_at__lt=before).order_by("owner_id")
    while owners := list(holds.filter(owner_id__gt=owner).values_list("owner_id", flat=True)[:_BATCH]):
        owner = owners[-1]
        kept = set(
            LegalIdentity.objects.filter(user_id__in=owners)
            .exclude(state=IdentityState.REVOKED)
            .values_list("user_id", flat=True)
        )
        # A check that was bound but not recorded is decided again, and then finds the hold it needs.
        kept |= set(IdentityCheck.objects.open().filter(user_id__in=owners).values_list("user_id", flat=True))
        if loose_owners := [found for found in owners if found not in kept]:
            gone += Hold.objects.filter(owner_id__in=loose_owners, barred_until=None, created_at__lt=before).delete()[0]
    return gone


_REWRAP = """
    UPDATE custody_person AS person SET key_version = %s, wrapped_key = fresh.key
      FROM unnest(%s::uuid[], %s::bytea[]) AS fresh (id, key)
     WHERE person.id = fresh.id
"""


class _Taken(Exception):
    pass


def _find(sealed_id: UUID | None) -> SealedPerson:
    person = SealedPerson.objects.filter(pk=sealed_id).first() if sealed_id is not None else None
    if person is None:
        raise NotFound("wiped", _("What was claimed here has been deleted."))
    return person


def _is_same_person(owner_id: int, claimed: SealedPerson) -> bool:
    """A new document with another number belongs to the same person if name and birth are the same."""
    known = LegalIdentity.objects.filter(user_id=owner_id).values_list("sealed_id", flat=True).first()
    before = SealedPerson.objects.filter(pk=known).first() if known else None
    if before is None:
        return False
    one, other = (
        restore(name=row.open_name(), number=row.open_number(), details=row.open_details()) for row in (before, claimed)
    )
    same_name = one.name.casefold() == other.name.casefold()
    return same_name and one.born is not None and (one.born, one.country) == (other.born, other.country)


def _delete(ids: list[UUID]) -> int:
    return SealedPerson.objects.filter(pk__in=ids).delete()[0]


def _after_commit(work: Callable[[], object]) -> None:
    """On a connection of its own custody would not wait for the caller; on the same one it is part of it."""
    if is_apart():
        transaction.on_commit(work)
    else:
        work()

"""Leaving: asked for, slept over, and then done by a worker, for good."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters
from accounts.models import BearerToken, Closing, User, Words
from accounts.portability import Hurdle, shares
from core.errors import DomainError, Invalid, Refused
from core.jobs import enqueue


def hurdles(user: User) -> list[Hurdle]:
    """What the person has to hand over or close first, because others depend on it."""
    return [hurdle for share in shares() for hurdle in share.hurdles(user)]


def ask(*, user: User, words: str) -> Closing:
    """Close the account in CLOSING_DAYS; asking again changes what becomes of the words, not the day.

    Until then the person can log in and take it back, and writes nothing. Their tokens stop working at once; the
    caller ends their other sessions, and has made sure just now that it is they. Locks the person.
    Raises `Invalid` (bad_words), `Refused` (has_hurdles, staff_account).
    """
    if words not in Words.values:
        raise Invalid("bad_words", _("Please choose what becomes of what you wrote."), field="words")
    with transaction.atomic():
        person = _locked(user.pk)
        if person is None:
            raise DomainError("account_closed", _("This account is closed."))
        if person.is_staff or person.is_superuser:
            raise Refused("staff_account", _("Somebody of the team has to take your rights back first."))
        _require_free(person)
        due = timezone.now() + timedelta(days=settings.CLOSING_DAYS)
        closing, is_new = Closing.objects.get_or_create(user=person, defaults={"words": words, "due_at": due})
        if not is_new:
            closing.words = words
            closing.save(update_fields=["words"])
        else:
            person.closing_at = due
            person.save(update_fields=["closing_at"])
            BearerToken.objects.filter(user=person).delete()
            enqueue("accounts.close_account", run_after=due, user_id=person.pk, due=due.isoformat())
            letters.post("closing", user=person, days=settings.CLOSING_DAYS)
    user.closing_at = closing.due_at
    return closing


def take_back(*, user: User) -> None:
    """Stay. Idempotent; locks the person. Once a worker has erased the account there is no way back."""
    with transaction.atomic():
        person = _locked(user.pk)
        if person is not None and person.closing_at is not None:
            Closing.objects.filter(user=person).delete()
            person.closing_at = None
            person.save(update_fields=["closing_at"])
            letters.post("closing_taken_back", user=person)
    user.closing_at = None


@transaction.atomic
def close(*, user_id: int, due: datetime) -> bool:
    """Erase the account if it is still to be closed at that very moment; returns whether it was.

    One transaction: everything is gone or nothing is. Where a hurdle came up meanwhile it is put off by
    CLOSING_DAYS and the person told. Locks the person.
    """
    person = _locked(user_id)
    if person is None or person.closing_at != due or due > timezone.now():
        return False
    if hurdles(person):
        later = timezone.now() + timedelta(days=settings.CLOSING_DAYS)
        Closing.objects.filter(user=person).update(due_at=later)
        person.closing_at = later
        person.save(update_fields=["closing_at"])
        enqueue("accounts.close_account", run_after=later, user_id=person.pk, due=later.isoformat())
        letters.post("closing_put_off", user=person)
        return False
    closing = Closing.objects.get(user=person)
    for share in shares():
        share.erase(person, closing.words == Words.KEEP)
    closing.done_at = timezone.now()
    closing.save(update_fields=["done_at"])
    return True


def _locked(user_id: int) -> User | None:
    person: User | None = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    return person


def _require_free(person: User) -> None:
    found = hurdles(person)
    if found:
        raise Refused(
            "has_hurdles",
            _("Others depend on something of yours. Hand it over or close it first."),
            details={"hurdles": [{"message": hurdle.message, "url": hurdle.url} for hurdle in found]},
        )

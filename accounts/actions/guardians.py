"""A child under fourteen writes when a verified adult agreed, and no longer when they take that back."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import Guardianship, User
from core.errors import NotFound, Refused

WARDS_MAX = 10
"""Children one adult can agree for; more is no family."""


@transaction.atomic
def ask(*, child: User) -> Guardianship:
    """Make a page the child shows to its guardian; a new address each time, the old one ends. Locks the child.

    Raises `Refused` (no_child) for whoever needs no guardian.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=child.pk)
    if not rules.needs_guardian(person):
        raise Refused("no_child", _("You need no guardian."))
    made, _is_new = Guardianship.objects.update_or_create(
        child=person,
        defaults={
            "code": secrets.token_urlsafe(32),
            "asked_at": timezone.now(),
            "guardian": None,
            "confirmed_at": None,
        },
    )
    return made


def find(*, code: str) -> Guardianship:
    """Raises `NotFound`."""
    found = Guardianship.objects.select_related("child__avatar", "guardian").filter(code=code[:60]).first()
    if found is None or not found.child.is_active:
        raise NotFound("no_such_code", _("There is no such page (any more). Ask the child for a new one."))
    return found


@transaction.atomic
def confirm(*, guardian: User, code: str) -> Guardianship:
    """The guardian agrees. Locks both people, then the guardianship; agreeing twice changes nothing.

    Raises `NotFound`, `Refused` (codes of `rules.can_guard`, another_guardian, too_many_wards).
    """
    found = find(code=code)
    people = {
        person.pk: person
        for person in User.objects.select_for_update(no_key=True)
        .filter(pk__in=[guardian.pk, found.child_id])
        .order_by("pk")
    }
    child = people[found.child_id]
    rules.can_guard(guardian, child).require()
    found = Guardianship.objects.select_for_update().get(pk=found.pk)
    if found.guardian_id == guardian.pk:
        return found
    if found.guardian_id is not None:
        raise Refused("another_guardian", _("Somebody else has agreed already."))
    if Guardianship.objects.filter(guardian=guardian).count() >= WARDS_MAX:
        raise Refused("too_many_wards", _("You agree for as many children as one person can."))
    found.guardian, found.confirmed_at = guardian, timezone.now()
    found.save(update_fields=["guardian", "confirmed_at"])
    User.objects.filter(pk=child.pk).update(guarded_at=found.confirmed_at)
    return found


@transaction.atomic
def withdraw(*, guardian: User, code: str) -> None:
    """The guardian no longer agrees: the child reads only. Raises `NotFound`, `Refused` (not_guardian)."""
    found = find(code=code)
    if found.guardian_id != guardian.pk:
        raise Refused("not_guardian", _("Only the guardian who agreed can take it back."))
    _end([found])


def part(*, user: User) -> None:
    """This account is erased: whoever they agreed for needs somebody else, in the caller's transaction."""
    _end(list(Guardianship.objects.filter(guardian=user)))
    Guardianship.objects.filter(child=user).delete()


def forget_childhoods() -> None:
    """Who has turned fourteen needs no guardian any more, and nobody needs to know the day."""
    grown = User.objects.filter(child_until__lte=timezone.localdate())
    Guardianship.objects.filter(child__in=grown).delete()
    grown.update(child_until=None, guarded_at=None)


def _end(found: list[Guardianship]) -> None:
    children = [one.child_id for one in found]
    User.objects.filter(pk__in=children).update(guarded_at=None)
    Guardianship.objects.filter(pk__in=children).delete()

"""Verified facts: the one place that writes them, and the copy of them that travels with the person's row.

Everything here locks the person's row FOR NO KEY UPDATE first, so whatever happens to one person's facts happens in a
row, and `User.held_facts` says after every commit what the rows say.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import badges, events
from accounts.models import Fact, FactChange, FactKind, Institution, User
from accounts.passport import pack
from core.errors import Invalid, NotFound
from core.events import record

ADULT_AGE = 18
CHILD_AGE = 14
GENDERS = ("female", "male")
Source = Fact.Source
Way = FactChange.Way

_WAYS = {
    Source.IDENTITY: Way.DOCUMENT,
    Source.PROVIDER: Way.PROVIDER,
    Source.MERCHANT: Way.MERCHANT,
    Source.OUTSIDE: Way.OUTSIDE,
}
_FROM_IDENTITY = (Source.IDENTITY, Source.PROVIDER)


def grant(
    *,
    user: User,
    kind: str,
    value: str = "",
    source: str,
    institution: Institution | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    label: str = "",
    way: str = "",
    by: User | None = None,
) -> Fact:
    """Record that something is so, from `valid_from` (default: now) until `valid_until` (None: for good).

    Said again by the same source, the row that is there is renewed: while it holds, its time becomes both stretches
    together, so nobody loses what was promised longer; once it ran out, it begins anew. Shortening is `revoke`. Where
    nothing changes nothing is written. `label`: what the value is called where no institution names it.

    Locks the person; writes the fact, its change and `User.held_facts`; records FactsChanged and FactGranted. Raises
    `Invalid` (`bad_time`: it would end before it begins or has ended already, or leaves a gap to the recorded time).
    """
    now = timezone.now()
    since = valid_from or now
    if valid_until is not None and valid_until <= max(since, now):
        raise Invalid("bad_time", _("The end lies before the beginning, or in the past."), field="valid_until")
    with transaction.atomic():
        person = _lock(user)
        fact = Fact.objects.filter(
            user=person, kind=kind, value=value, source=source, institution=institution, revoked_at=None
        ).first()
        what = FactChange.What.GRANTED if fact is None else FactChange.What.RENEWED
        if fact is None:
            fact = Fact(user=person, kind=kind, value=value, source=source, institution=institution)
            stretch = since, valid_until
        elif fact.valid_until is not None and fact.valid_until <= now:
            stretch = since, valid_until
        else:
            stretch = _both(fact, since, valid_until)
            if stretch == (fact.valid_from, fact.valid_until) and label in ("", fact.label):
                return fact
        fact.valid_from, fact.valid_until = stretch
        fact.label = label or fact.label
        fact.save()
        _changed(fact, what, way or _WAYS.get(Source(source), ""), by=by)
        _settle(person, user)
    return fact


def revoke(*, fact: Fact, by: User | None = None, reason: str = "", way: str = "") -> Fact:
    """It does not hold any more, from now on. What was revoked already stays as it was.

    Who may do so is asked by the caller. Locks the person; writes as `grant` does; records FactsChanged, FactRevoked.
    """
    holder = fact.user
    with transaction.atomic():
        person = _lock(holder)
        fact.refresh_from_db()
        if fact.revoked_at is None:
            _revoke(fact, by=by, reason=reason, way=way)
            _settle(person, holder)
    return fact


def grant_from_identity(*, user: User, born: date, gender: str, place: str, until: datetime | None = None) -> None:
    """What an identity document says: ADULT from the 18th birthday on, and GENDER. All until `until`, when it runs out.

    A later document replaces what an earlier one said. `place` (GB/T 2260, six digits) becomes no fact: where a card
    was issued is not where somebody lives. Locks the person. Raises `Invalid` (`bad_gender`).
    """
    if gender not in GENDERS:
        raise Invalid("bad_gender", f"gender is one of {GENDERS}")
    grown_up = birthday(born, ADULT_AGE)
    wanted = {(FactKind.ADULT.value, ""): grown_up, (FactKind.GENDER.value, gender): None}
    with transaction.atomic():
        person = _lock(user)
        for fact in Fact.objects.filter(user=person, source=Source.IDENTITY, revoked_at=None):
            key = (fact.kind, fact.value)
            begins = wanted.get(key)
            is_longer = until is not None and (fact.valid_until is None or fact.valid_until > until)
            if key not in wanted or is_longer or (begins is not None and fact.valid_from != begins):
                _revoke(fact, by=None, reason="", way=Way.DOCUMENT)
        for (kind, value), begins in wanted.items():
            if until is None or begins is None or begins < until:
                grant(user=user, kind=kind, value=value, source=Source.IDENTITY, valid_from=begins, valid_until=until)
        _settle(person, user)
        _note_childhood(user, born)


def _note_childhood(user: User, born: date) -> None:
    grown = birthday(born, CHILD_AGE).date()
    user.child_until = grown if grown > timezone.localdate() else None
    User.objects.filter(pk=user.pk).update(child_until=user.child_until)


def show(*, user: User, chosen: Mapping[int, str]) -> None:
    """Which facts stand as badges, and where: fact id → `Fact.Shown`. Facts that are not named stay as they are.

    A score from elsewhere is never shown. Locks the person. Raises `NotFound` for a fact that is not theirs, was
    revoked or cannot be shown, `Invalid` (`bad_choice`).
    """
    if any(place not in Fact.Shown.values for place in chosen.values()):
        raise Invalid("bad_choice", _("Please choose where it is shown."), field="shown")
    with transaction.atomic():
        person = _lock(user)
        mine = Fact.objects.filter(user=person, revoked_at=None).in_bulk(list(chosen))
        if set(chosen) - {pk for pk, fact in mine.items() if fact.source != Source.OUTSIDE}:
            raise NotFound("not_found", _("There is no such fact."))
        for pk, place in chosen.items():
            mine[pk].shown = place
        Fact.objects.bulk_update(mine.values(), ["shown"])
        _rewrite(person, user)


def say_from_outside(*, user: User, values: Iterable[str], label: str = "", until: datetime | None = None) -> None:
    """What a service that scores people says of this person now: these values until then, and no others.

    Locks the person; writes as `grant` and `revoke` do.
    """
    wanted = list(values)
    with transaction.atomic():
        person = _lock(user)
        before = Fact.objects.filter(user=person, source=Source.OUTSIDE, revoked_at=None).exclude(value__in=wanted)
        gone = list(before)
        for fact in gone:
            _revoke(fact, by=None, reason="", way=Way.OUTSIDE)
        for value in wanted:
            kind = FactKind.OUTSIDE_SCORE
            grant(user=user, kind=kind, value=value, source=Source.OUTSIDE, label=label, valid_until=until)
        if gone:
            _settle(person, user)


def revoke_from_identity(user: User) -> None:
    """Everything that an identity document or its provider said of this person holds no more. Locks the person."""
    with transaction.atomic():
        person = _lock(user)
        facts = list(Fact.objects.filter(user=person, source__in=_FROM_IDENTITY, revoked_at=None))
        for fact in facts:
            _revoke(fact, by=None, reason="", way="")
        if facts:
            _settle(person, user)


def birthday(born: date, years: int) -> datetime:
    """When that birthday begins, here (TIME_ZONE). Who was born on 29 February has it on 1 March in other years."""
    try:
        day = born.replace(year=born.year + years)
    except ValueError:
        day = date(born.year + years, 3, 1)
    return datetime.combine(day, time(), timezone.get_default_timezone())


def _lock(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _both(fact: Fact, since: datetime, until: datetime | None) -> tuple[datetime, datetime | None]:
    apart = (fact.valid_until is not None and since > fact.valid_until) or (
        until is not None and until < fact.valid_from
    )
    if apart:
        raise Invalid("bad_time", _("This leaves a gap to the time that is recorded already."), field="valid_from")
    end = None if fact.valid_until is None or until is None else max(fact.valid_until, until)
    return min(fact.valid_from, since), end


def _revoke(fact: Fact, *, by: User | None, reason: str, way: str) -> None:
    fact.revoked_at = timezone.now()
    fact.save(update_fields=["revoked_at"])
    _changed(fact, FactChange.What.REVOKED, way, by=by, reason=reason)


def _changed(fact: Fact, what: "FactChange.What", way: str, *, by: User | None, reason: str = "") -> None:
    change = FactChange.objects.create(
        fact=fact, what=what, way=way, by=by, reason=reason[:300], valid_until=fact.valid_until
    )
    if what == FactChange.What.REVOKED:
        record(events.FactRevoked(change.pk))
    else:
        record(events.FactGranted(change.pk))


def _settle(person: User, given: Any) -> None:
    _rewrite(person, given)
    record(events.FactsChanged(person.pk))


def _rewrite(person: User, given: Any) -> None:
    """Have the person's row say what the rows say, and the caller's copy of it too. What has run out is left out."""
    kept = Fact.objects.filter(Q(valid_until=None) | Q(valid_until__gt=timezone.now()), user=person, revoked_at=None)
    rows = _in_order(kept.select_related("institution"))
    packed, shown = pack(rows), badges.pack(rows)
    User.objects.filter(pk=person.pk).update(held_facts=packed, badges=shown)
    given.held_facts, given.badges = packed, shown


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.kind, fact.value, fact.pk))

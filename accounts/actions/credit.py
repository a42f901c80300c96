"""Keeping conduct credit: what counts is recorded once, and the number is always what the formula says of the records.

Everything here locks the person's row first, so that the number, its history and the records move together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import credit as formula
from accounts.events import CreditChanged
from accounts.models import CreditAppeal, CreditAppealState, CreditChange, CreditEntry, CreditKind, User
from core.errors import DomainError, Invalid, NotFound
from core.events import record as record_event
from core.text.clean import clean, require_length

MUCH = 20
"""A person is told of a change of so many points."""
TEXT_MAX = 1000
LIKED_KEPT = 5 * formula.PEOPLE_A_WEEK
"""Entries of likes kept for one week: more than count, so that some may be taken back."""


@transaction.atomic
def record(
    *,
    user: User,
    kind: str,
    key: str,
    weight: int = 1,
    at: datetime | None = None,
    place: str = "",
    note: str = "",
) -> bool:
    """Count something once; False if it was counted, or taken back, before. Locks the person, rewrites their credit.

    `key` names the decision or deed (such as "log:42"), not the kind of it. `place` and `note` are shown to the person.
    """
    person = _lock(user)
    entry, is_new = CreditEntry.objects.get_or_create(
        user=person,
        key=key,
        defaults={
            "kind": kind,
            "weight": weight,
            "at": at or timezone.now(),
            "place": place[:60],
            "note": note[:TEXT_MAX],
        },
    )
    if is_new:
        reassess([person], entry=entry)
        user.credit = person.credit
    return is_new


@transaction.atomic
def withdraw(*, user: User, kind: str, key: str) -> bool:
    """Take something back, also before it came; False if that was done. Locks the person, rewrites their credit."""
    person = _lock(user)
    now = timezone.now()
    entry, is_new = CreditEntry.objects.get_or_create(
        user=person, key=key, defaults={"kind": kind, "withdrawn_at": now}
    )
    if is_new or entry.withdrawn_at is not None:
        return is_new
    _take_back(person, entry, now)
    user.credit = person.credit
    return True


@transaction.atomic
def set_liked(*, user: User, by: User, since: datetime | None) -> bool:
    """Say since when `by` likes something that `user` wrote; None: they do not. True if that was not known.

    The caller holds the person locked (`locked`) since before it looked, so that the last one to look is the last to
    write. The number follows when `recompute` runs.
    """
    if by.pk == user.pk or not by.is_verified:
        return False
    key = f"liked:{by.pk}"
    known = CreditEntry.objects.filter(user=user, key=key).first()
    if known is not None:
        present = known.at if known.withdrawn_at is None else None
        if present == since:
            return False
        known.at, known.withdrawn_at = since or known.at, None if since else timezone.now()
        known.save(update_fields=["at", "withdrawn_at"])
        return True
    if since is None or _is_enough(user, since):
        return False
    CreditEntry.objects.create(user=user, kind=CreditKind.LIKED, key=key, by=by, at=since)
    return True


def locked(user_id: int) -> User | None:
    """The person, locked until the transaction ends."""
    return User.objects.select_for_update(no_key=True, of=("self",)).filter(pk=user_id).first()


@transaction.atomic
def recompute(*, after: int, until: int, at: datetime | None = None, tell: bool = True) -> int:
    """Bring the credit of people with ids in (after, until] up to date; returns how many changed. Locks them."""
    people = User.objects.select_for_update(no_key=True, of=("self",)).filter(pk__gt=after, pk__lte=until)
    return len(reassess(list(people.order_by("pk")), at=at, tell=tell))


@transaction.atomic
def appeal(*, user: User, change: CreditChange, text: str) -> CreditAppeal:
    """Object to what a change rests on; saying it again changes nothing. Locks the person.

    Raises `NotFound` (a change of somebody else), `DomainError` (`not_appealable`) or `Invalid` (`text_required`,
    `too_long`).
    """
    if change.user_id != user.pk:
        raise NotFound("not_found", _("There is no such change."))
    text = clean(text)
    if not text:
        raise Invalid("text_required", _("Please say what was wrong."), field="text")
    require_length(text, most=TEXT_MAX, field="text")
    _lock(user)
    if change.entry is None:
        raise _not_appealable()
    entry = CreditEntry.objects.get(pk=change.entry.pk)
    sent = CreditAppeal.objects.filter(entry=entry).first()
    if sent is not None:
        return sent
    if not is_appealable(entry):
        raise _not_appealable()
    return CreditAppeal.objects.create(user=user, entry=entry, text=text)


@transaction.atomic
def decide(*, appeal: CreditAppeal, upheld: bool, by: User, answer: str) -> CreditAppeal:
    """Answer an appeal. Upheld: the entry is taken back. Locks the person. The caller asks who may, and logs.

    Raises `DomainError` (`already_decided`).
    """
    person = _lock(appeal.user)
    fresh = CreditAppeal.objects.select_related("entry").get(pk=appeal.pk)
    if fresh.state != CreditAppealState.OPEN:
        raise DomainError("already_decided", _("This appeal has been decided meanwhile."))
    fresh.state = CreditAppealState.UPHELD if upheld else CreditAppealState.REJECTED
    fresh.answer, fresh.decided_by, fresh.decided_at = answer[:TEXT_MAX], by, timezone.now()
    fresh.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    if upheld and fresh.entry.withdrawn_at is None:
        _take_back(person, fresh.entry, fresh.decided_at)
    return fresh


def is_appealable(entry: CreditEntry) -> bool:
    """What somebody decided against the person, and still counts."""
    if entry.withdrawn_at is not None:
        return False
    return entry.kind in formula.HARM or (entry.kind == CreditKind.ADJUSTMENT and entry.weight < 0)


def reassess(
    people: Sequence[User],
    *,
    at: datetime | None = None,
    entry: CreditEntry | None = None,
    is_return: bool = False,
    tell: bool = True,
) -> list[CreditChange]:
    """Write what the formula says of these people, whose rows the caller holds locked. Queries: 3 to 7.

    With an `entry` the change is written even where the number stays. The first assessment of somebody is no news;
    without `tell` nothing is.
    """
    now = at or timezone.now()
    conducts = conducts_of(people, now)
    ids = [person.pk for person in people]
    last_rows = CreditChange.objects.filter(user__in=ids).order_by("user_id", "-at", "-id").distinct("user_id")
    last_of = {change.user_id: change for change in last_rows}
    moved: list[User] = []
    fresh: list[CreditChange] = []
    merged: list[CreditChange] = []
    for person in people:
        found = formula.assess(conducts[person.pk], now)
        last = last_of.get(person.pk)
        if found.total == person.credit and entry is None:
            continue
        change = CreditChange(
            user=person,
            before=person.credit,
            after=found.total,
            lines=_difference(last.parts if last else {}, found.parts),
            parts=dict(found.parts),
            entry=entry,
            is_return=is_return,
            version=formula.VERSION,
            at=now,
        )
        if last is not None and _may_merge(last, change):
            merged.append(_merge(last, change))
        else:
            fresh.append(change)
        if found.total != person.credit:
            person.credit = found.total
            moved.append(person)
    CreditChange.objects.bulk_create(fresh)
    CreditChange.objects.bulk_update(merged, ["after", "lines", "parts", "at"])
    User.objects.bulk_update(moved, ["credit"])
    for change in fresh if tell else ():
        if change.user_id in last_of and abs(change.difference) >= MUCH:
            record_event(CreditChanged(user_id=change.user_id, change_id=change.pk))
    return [*fresh, *merged]


def conducts_of(people: Iterable[User], at: datetime) -> dict[int, formula.Conduct]:
    """Person's id → what the formula knows of them then. Queries: 2."""
    rows = {person.pk: person for person in people}
    counted = CreditEntry.objects.filter(user__in=list(rows), withdrawn_at=None, at__lte=at)
    marks: dict[int, list[formula.Mark]] = defaultdict(list)
    for user_id, kind, weight, moment in _marks(counted, at).values_list("user_id", "kind", "weight", "at"):
        marks[user_id].append(formula.Mark(kind, weight, moment))
    liked: dict[int, dict[date, int]] = defaultdict(dict)
    for user_id, week, number in _weeks(counted):
        liked[user_id][week] = number
    return {
        pk: formula.Conduct(person.date_joined, person.verified_at, tuple(marks[pk]), liked[pk])
        for pk, person in rows.items()
    }


def may_change(at: datetime) -> "QuerySet[User]":
    """Whose credit time may move: people in their first year, and those with something to be forgiven."""
    young = at - timedelta(days=formula.YEAR_DAYS + 2)
    harmed = CreditEntry.objects.filter(kind__in=list(formula.HARM), at__gt=formula.forgotten_before(young))
    liked = CreditEntry.objects.filter(kind=CreditKind.LIKED, at__gt=at - timedelta(days=2))
    touched = Q(pk__in=harmed.values("user")) | Q(pk__in=liked.values("user"))
    return User.objects.active().filter(Q(date_joined__gt=young) | Q(verified_at__gt=young) | touched)


def _marks(counted: "QuerySet[CreditEntry]", at: datetime) -> "QuerySet[CreditEntry]":
    harm = Q(kind__in=list(formula.HARM), at__gt=formula.forgotten_before(at))
    return counted.filter(harm | Q(kind=CreditKind.ADJUSTMENT))


def _weeks(counted: "QuerySet[CreditEntry]") -> Iterable[tuple[int, date, int]]:
    weeks = counted.filter(kind=CreditKind.LIKED).annotate(week=TruncWeek("at", tzinfo=UTC))
    for user_id, week, number in (
        weeks.values("user_id", "week").annotate(number=Count("pk")).values_list("user_id", "week", "number")
    ):
        yield user_id, week.date(), number


def _is_enough(user: User, since: datetime) -> bool:
    """Are there more entries of that week than will ever count?"""
    moment = since.astimezone(UTC)
    monday = (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    that_week = CreditEntry.objects.filter(
        user=user,
        kind=CreditKind.LIKED,
        withdrawn_at=None,
        at__gte=monday,
        at__lt=monday + timedelta(days=7),
    )
    return that_week[:LIKED_KEPT].count() >= LIKED_KEPT


def _take_back(person: User, entry: CreditEntry, now: datetime) -> None:
    entry.withdrawn_at = now
    entry.save(update_fields=["withdrawn_at"])
    reassess([person], entry=entry, is_return=True)


def _difference(before: Mapping[str, int], after: Mapping[str, int]) -> list[list[Any]]:
    parts = [*after, *(part for part in before if part not in after)]
    differences = [[part, after.get(part, 0) - before.get(part, 0)] for part in parts]
    return [line for line in differences if line[1]]


def _may_merge(last: CreditChange, change: CreditChange) -> bool:
    """What time and likes do within one month is one row, so that the history stays readable and short."""
    if last.entry_id is not None or change.entry is not None or abs(change.difference) >= MUCH:
        return False
    zone = timezone.get_default_timezone()
    then, now = last.at.astimezone(zone), change.at.astimezone(zone)
    return last.version == change.version and (then.year, then.month) == (now.year, now.month)


def _merge(last: CreditChange, change: CreditChange) -> CreditChange:
    sums: dict[str, int] = defaultdict(int)
    for part, points in [*last.lines, *change.lines]:
        sums[part] += points
    last.after, last.parts, last.at = change.after, change.parts, change.at
    last.lines = [[part, points] for part, points in sums.items() if points]
    return last


def _lock(user: User) -> User:
    return User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)


def _not_appealable() -> DomainError:
    return DomainError("not_appealable", _("There is nothing to object to: nobody decided this against you."))

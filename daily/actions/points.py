"""Keeping activity points: every deed is recorded once, and the number is always what the entries say.

Everything here is called with the member's row locked (circles.actions.memberships.find_locked), so that entries,
number and level move together, and the last one to look at what is so is the last to write.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.local_time import day_of
from accounts.models import User
from circles.models import Membership
from core.prepared import Prepared, among, is_any_of
from core.statements import Insert, Update
from daily import levels
from daily.actions import goals, medals
from daily.models import MedalRule, PointEntry, PointKind


def locked(*, user_id: int, circle_id: int) -> Membership | None:
    """The membership, whatever its state, with the person and the circle, locked until the transaction ends."""
    return all_locked(user_ids=[user_id], circle_id=circle_id).get(user_id)


def all_locked(*, user_ids: Iterable[int], circle_id: int) -> dict[int, Membership]:
    """The same for several: person → membership. Locked in the order of people, so that two who do this wait for each
    other in one direction only."""
    rows = _locked.instances(users=sorted(set(user_ids)), circle=circle_id)
    return {row.user_id: row for row in rows}


_locked = Prepared(
    lambda any_: (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "circle")
        .filter(user_id__in=among(any_.users), circle_id=any_.circle)
        .order_by("user_id")
    ),
    "users",
    "circle",
)


@dataclass(frozen=True)
class Deed:
    """Something of a member, locked, that is to stand since `at`, or not at all (None)."""

    membership: Membership
    kind: PointKind
    key: str
    at: datetime | None
    points: int = 0
    """Worth so much, instead of what its kind is."""
    by: User | None = None


@transaction.atomic(savepoint=False)
def settle(deed: Deed) -> int:
    """Have the entry stand since the deed's `at`, or not at all; returns by how much the member's points moved.

    Saying the same again changes nothing. Of a kind and day the first entries up to its limit count; one taken back
    lets the next one count. Nobody gains anything in a circle of pseudonyms or as no member; what was gained can be
    taken back from everybody.
    """
    return settle_all([deed])


@transaction.atomic(savepoint=False)
def settle_all(deeds: Sequence[Deed]) -> int:
    """The same for several deeds in one circle, in their order; returns by how much all points moved."""
    if not deeds:
        return 0
    known = _known(deeds)
    moved: dict[Membership, int] = {}
    days: dict[tuple[Membership, date], None] = {}
    gained = []
    for deed in deeds:
        entry = known.get((deed.membership.user_id, deed.key))
        if deed.at is None:
            if entry is not None and entry.withdrawn_at is None:
                moved[deed.membership] = moved.get(deed.membership, 0) + _change(entry, withdrawn_at=timezone.now())
                days[deed.membership, entry.day] = None
        elif _may_gain(deed.membership):
            if entry is None:
                gained.append(deed)
            elif entry.withdrawn_at is not None:
                moved[deed.membership] = moved.get(deed.membership, 0) + _change(entry, withdrawn_at=None)
                days[deed.membership, entry.day] = None
    for entry, membership, change in _add(gained):
        moved[membership] = moved.get(membership, 0) + change
        days[membership, entry.day] = None
    for membership, change in moved.items():
        if change:
            _move(membership, change)
    goals.count_days(circle_id=deeds[0].membership.circle_id, days=days)
    return sum(moved.values())


def _may_gain(membership: Membership) -> bool:
    return membership.is_active and not membership.circle.masks_authors


def _known(deeds: Sequence[Deed]) -> dict[tuple[int, str], PointEntry]:
    """(member, key) → the entry there is."""
    entries = _entries.instances(
        circle=deeds[0].membership.circle_id,
        users=[deed.membership.user_id for deed in deeds],
        keys=[deed.key for deed in deeds],
    )
    return {(entry.user_id, entry.key): entry for entry in entries}


def _change(entry: PointEntry, *, withdrawn_at: datetime | None) -> int:
    """Take an entry back, or have it stand again; what that changes."""
    limit = levels.WORTH[PointKind(entry.kind)].limit
    before = _standing(entry)
    entry.withdrawn_at = withdrawn_at
    entry.save(update_fields=["withdrawn_at"])
    return sum(_standing(entry)[:limit]) - sum(before[:limit])


def _add(deeds: Sequence[Deed]) -> list[tuple[PointEntry, Membership, int]]:
    """Entries for deeds that have none, as far as that many are kept of a day: (entry, whose, what it changes)."""
    if not deeds:
        return []
    entries = [
        PointEntry(
            circle_id=deed.membership.circle_id,
            user_id=deed.membership.user_id,
            kind=deed.kind,
            key=deed.key,
            day=day_of(deed.membership.user, deed.at),
            points=deed.points or levels.WORTH[deed.kind].points,
            by=deed.by,
            at=deed.at,
        )
        for deed in deeds
        if deed.at is not None
    ]
    standing: dict[tuple[int, date, str], list[int]] = {}
    for user_id, day, kind, worth in _of_days(
        circle=entries[0].circle_id,
        users=[entry.user_id for entry in entries],
        days=[entry.day for entry in entries],
        kinds=[str(entry.kind) for entry in entries],
    ):
        standing.setdefault((user_id, day, kind), []).append(worth)
    added = []
    for entry, deed in zip(entries, deeds, strict=True):
        limit = levels.WORTH[deed.kind].limit
        before = standing.setdefault((entry.user_id, entry.day, str(entry.kind)), [])
        if len(before) < limit * levels.KEPT:
            added.append((entry, deed.membership, entry.points if len(before) < limit else 0))
            before.append(entry.points)
    if added:
        _insert([entry for entry, _membership, _change in added])
    return added


_entries = Prepared(
    lambda any_: PointEntry.objects.filter(
        is_any_of("key", any_.keys, "text"), circle=any_.circle, user__in=among(any_.users)
    ),
    *("circle", "users", "keys"),
)


def recount(membership: Membership) -> bool:
    """Put the number right by all entries, as the nightly round does; True if it was off. The row is locked."""
    days: dict[tuple[object, str], list[int]] = {}
    entries = PointEntry.objects.filter(circle=membership.circle_id, user=membership.user_id, withdrawn_at=None)
    for day, kind, points in entries.order_by("pk").values_list("day", "kind", "points"):
        days.setdefault((day, kind), []).append(points)
    right = sum(sum(points[: levels.WORTH[PointKind(kind)].limit]) for (_day, kind), points in days.items())
    if right == membership.points:
        return False
    _write(membership, right)
    return True


def _standing(entry: PointEntry) -> list[int]:
    """The points of the entries of that member, kind and day that stand, the oldest first."""
    rows = _of_days(circle=entry.circle_id, users=[entry.user_id], days=[entry.day], kinds=[str(entry.kind)])
    return [points for _user, _day, _kind, points in rows]


_of_days = Prepared(
    lambda any_: (
        PointEntry.objects.filter(
            is_any_of("day", any_.days, "date"),
            is_any_of("kind", any_.kinds, "text"),
            circle=any_.circle,
            user__in=among(any_.users),
            withdrawn_at=None,
        )
        .order_by("pk")
        .values_list("user", "day", "kind", "points")
    ),
    *("circle", "users", "days", "kinds"),
)


def _move(membership: Membership, change: int) -> None:
    grade = membership.grade
    _write(membership, max(membership.points + change, 0))
    if membership.grade > grade:
        medals.give_by_rule(membership=membership, rule=MedalRule.GRADE, value=membership.grade)


def _write(membership: Membership, points: int) -> None:
    membership.points, membership.grade = points, levels.grade_of(points)
    _update(membership)


_insert = Insert("daily.PointEntry")
_update = Update("circles.Membership", "points", "grade")

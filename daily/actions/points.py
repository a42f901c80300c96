"""Keeping activity points: every deed is recorded once, and the number is always what the entries say.

Everything here is called with the member's row locked (circles.actions.memberships.find_locked), so that entries,
number and level move together, and the last one to look at what is so is the last to write.
"""

from datetime import datetime

from django.db import transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.local_time import day_of
from accounts.models import User
from circles.models import Membership
from core.prepared import Prepared
from core.statements import Insert, Update
from daily import levels
from daily.actions import goals, medals
from daily.models import MedalRule, PointEntry, PointKind


def locked(*, user_id: int, circle_id: int) -> Membership | None:
    """The membership, whatever its state, with the person and the circle, locked until the transaction ends."""
    return _locked.first(user=user_id, circle=circle_id)


_locked = Prepared(
    lambda any_: (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "circle")
        .filter(user_id=any_.user, circle_id=any_.circle)
    ),
    "user",
    "circle",
)


@transaction.atomic(savepoint=False)
def settle(
    *, membership: Membership, kind: PointKind, key: str, at: datetime | None, points: int = 0, by: User | None = None
) -> int:
    """Have the entry stand since `at`, or not at all (None); returns by how much the points moved.

    Saying the same again changes nothing. Of a kind and day the first entries up to its limit count; one taken back
    lets the next one count. Nobody gains anything in a circle of pseudonyms or as no member; what was gained can be
    taken back from everybody.
    """
    known: PointEntry | None = _entries.first(circle=membership.circle_id, user=membership.user_id, key=key)
    if at is None:
        if known is None or known.withdrawn_at is not None:
            return 0
    elif (
        (known is not None and known.withdrawn_at is None)
        or not membership.is_active
        or membership.circle.masks_authors
    ):
        return 0
    worth = levels.WORTH[kind]
    entry = known or PointEntry(
        circle=membership.circle,
        user=membership.user,
        kind=kind,
        key=key,
        day=day_of(membership.user, at or timezone.now()),
        points=points or worth.points,
        by=by,
        at=at or timezone.now(),
    )
    standing = _standing(entry)
    if known is None and len(standing) >= worth.limit * levels.KEPT:
        return 0
    entry.withdrawn_at = timezone.now() if at is None else None
    if known is None:
        _insert([entry])
    else:
        entry.save(update_fields=["withdrawn_at"])
    now_standing = [*standing, entry.points] if known is None else _standing(entry)
    change = sum(now_standing[: worth.limit]) - sum(standing[: worth.limit])
    if change:
        _move(membership, change)
    goals.count_day(membership=membership, day=entry.day)
    return change


_entries = Prepared(
    lambda any_: PointEntry.objects.filter(circle=any_.circle, user=any_.user, key=any_.key), "circle", "user", "key"
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
    rows = _same(circle=entry.circle_id, user=entry.user_id, day=entry.day, kind=str(entry.kind))
    return [points for (points,) in rows]


_same = Prepared(
    lambda any_: (
        PointEntry.objects.filter(
            circle=any_.circle, user=any_.user, day=RawSQL("%s::date", [any_.day]), kind=any_.kind, withdrawn_at=None
        )
        .order_by("pk")
        .values_list("points")
    ),
    *("circle", "user", "day", "kind"),
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

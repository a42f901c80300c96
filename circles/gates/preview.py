"""Whom a rule would let in, counted in SQL: of a circle's members, and of everybody here.

Up to EXACT_UP_TO people are all counted; of more a sample is, which says so. What comes out are numbers only, and small
ones are not told exactly: a preview is no way to find out about one person.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.db.models.fields import BooleanField
from django.db.models.functions import Now

from accounts.models import Fact, User
from circles.gates.language import (
    Clauses,
    Condition,
    CreditAtLeast,
    HasRole,
    HoldsFact,
    IsVerified,
    MemberFor,
)
from circles.models.circle import Circle
from circles.models.gate import GateAction, rank_of
from circles.models.membership import Membership, Role

if TYPE_CHECKING:
    from accounts.models.user import UserQuerySet

EXACT_UP_TO = 20_000
SAMPLE_STARTS, SAMPLE_RUN = 200, 50
"""A sample is so many runs of neighbours, evenly spread over all ids."""
FEW = 5
"""Fewer people than this are "a few"."""


@dataclass(frozen=True)
class Tally:
    """Of `total` people the rule lets in `lets_in`. `missing`: of those shut out, how many lack which condition; most
    lack it first, and somebody may lack several."""

    total: int
    lets_in: int
    missing: tuple[tuple[Condition, int], ...] = ()
    is_estimate: bool = False

    @property
    def shuts_out(self) -> int:
        return self.total - self.lets_in


@dataclass(frozen=True)
class Preview:
    members: Tally
    everybody: Tally


def preview(circle: Circle, action: str, clauses: Clauses) -> Preview:
    """For a rule of that action. Queries: 4, or 6 with samples."""
    return Preview(of_members(circle, action, clauses), of_everybody(circle, action, clauses))


def of_members(circle: Circle, action: str, clauses: Clauses) -> Tally:
    memberships = Membership.objects.active().filter(circle=circle)
    total = memberships[: EXACT_UP_TO + 1].count()
    people = User.objects.filter(Exists(memberships.filter(user=OuterRef("pk"))))
    if total <= EXACT_UP_TO:
        return _tally(people, circle, action, clauses)
    ids = _sample("circles_membership", "user_id", "circle_id = %s AND state = 'active'", [circle.pk])
    return _scaled(_tally(User.objects.filter(pk__in=ids), circle, action, clauses), circle.member_count)


def of_everybody(circle: Circle, action: str, clauses: Clauses) -> Tally:
    """Active accounts, verified or not."""
    people: UserQuerySet = User.objects.active()
    if people.order_by()[: EXACT_UP_TO + 1].count() <= EXACT_UP_TO:
        return _tally(people, circle, action, clauses)
    ids = _sample("accounts_user", "id", "is_active", [])
    return _scaled(_tally(User.objects.filter(pk__in=ids), circle, action, clauses), _rough_count("accounts_user"))


def _tally(people: Any, circle: Circle, action: str, clauses: Clauses) -> Tally:
    """One row for each combination of conditions that somebody has."""
    asked = list(dict.fromkeys(one for clause in clauses for one in clause))
    keeps_order = HasRole(Role.MODERATOR)
    every = [*asked, keeps_order] if action == GateAction.VIEW and keeps_order not in asked else asked
    names = [f"meets_{number}" for number in range(len(every))]
    meets = {name: _meets(one, circle) for name, one in zip(names, every, strict=True)}
    rows = people.order_by().annotate(**meets).values_list(*names).annotate(people=Count("pk"))
    total = lets_in = 0
    lacking = dict.fromkeys(asked, 0)
    ways = (*clauses, (keeps_order,)) if action == GateAction.VIEW else clauses
    for *flags, count in rows:
        met = {one for one, flag in zip(every, flags, strict=True) if flag}
        total += count
        if any(met.issuperset(clause) for clause in ways):
            lets_in += count
            continue
        for one in asked:
            lacking[one] += 0 if one in met else count
    missing = sorted(((one, count) for one, count in lacking.items() if count), key=lambda item: -item[1])
    return Tally(total, lets_in, tuple(missing))


def _meets(condition: Condition, circle: Circle) -> Any:
    """Does the person of the row meet it at the moment of the statement? As circles.gates.evaluate says."""
    mine = Membership.objects.active().filter(user=OuterRef("pk"), circle=circle)
    now: Any = Now()
    match condition:
        case HoldsFact(kind, value):
            facts = Fact.objects.valid(at=now).filter(user=OuterRef("pk"), kind=kind)
            return Exists(facts.filter(value=value) if value else facts)
        case CreditAtLeast(points):
            return _flag(Q(credit__gte=points))
        case IsVerified():
            return _flag(Q(verified_at__isnull=False))
        case MemberFor(days):
            return Exists(mine.filter(joined_at__lte=now - timedelta(days=days)))
        case HasRole():
            return Exists(mine.annotate(ranked=rank_of()).filter(ranked__gte=condition.rank))


def _flag(condition: Q) -> Any:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _sample(table: str, column: str, where: str, values: list[Any]) -> list[int]:
    """About SAMPLE_STARTS * SAMPLE_RUN of the ids in the column, in runs along its index. The names are ours."""
    sql = f"""
        WITH edge AS (SELECT min({column}) AS first, max({column}) AS last FROM {table} WHERE {where})
        SELECT DISTINCT run.id
          FROM edge
         CROSS JOIN generate_series(0, %s - 1) AS step
         CROSS JOIN LATERAL (
                SELECT {column} AS id FROM {table}
                 WHERE {where} AND {column} >= edge.first + (edge.last - edge.first) * step / %s
                 ORDER BY {column} LIMIT %s) AS run"""  # noqa: S608 - table, column and condition come from this module
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, SAMPLE_STARTS, *values, SAMPLE_STARTS, SAMPLE_RUN])
        return [row[0] for row in cursor.fetchall()]


def _rough_count(table: str) -> int:
    """As Postgres' statistics have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def _scaled(sample: Tally, total: int) -> Tally:
    """What the sample says of all; rounded to two digits that mean something."""
    if not sample.total:
        return Tally(total, 0, (), is_estimate=True)
    total = max(total, sample.total)

    def whole(count: int) -> int:
        return _rounded(round(count * total / sample.total))

    missing = tuple((one, whole(count)) for one, count in sample.missing)
    return Tally(_rounded(total), min(whole(sample.lets_in), _rounded(total)), missing, is_estimate=True)


def _rounded(count: int) -> int:
    digits = max(0, len(str(count)) - 2)
    return round(count, -digits)


def told(count: int, total: int | None = None) -> int | None:
    """The number as it may be told; None: a few. Also where it is all of `total` but a few."""
    if 0 < count < FEW or (total is not None and 0 < total - count < FEW):
        return None
    return count


def tally_to_json(tally: Tally, name: Any) -> dict[str, Any]:
    """With None for what is fewer than FEW or would tell it; `name` makes a condition JSON."""
    return {
        "total": tally.total,
        "lets_in": told(tally.lets_in, tally.total),
        "shuts_out": told(tally.shuts_out, tally.total),
        "is_estimate": tally.is_estimate,
        "missing": [{"condition": name(one), "count": told(count, tally.total)} for one, count in tally.missing],
    }

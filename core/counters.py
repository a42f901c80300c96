"""Counters that pages show instead of counting rows: moved with every write, and counted anew every night."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Count, F, IntegerField, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from core.observability import metrics
from core.statements import Beside, Statement

ROWS_AT_ONCE = 1000


def move(model: type[Model], pk: int, **changes: int) -> None:
    """Add to counters of one row in the database itself, so that no change at the same time is lost.

    None goes below zero: a counter that is off must not keep anybody from deleting or leaving.
    """
    _moving(model, tuple(changes))(pk=pk, **changes)


@cache
def _moving(model: type[Model], names: tuple[str, ...]) -> Statement:
    table, key = model._meta.db_table, model._meta.pk.column
    return Statement(
        f'UPDATE "{table}" SET {_moved(model, names)} WHERE "{key}" = %(pk)s',  # noqa: S608 (our own names)
        pk="bigint",
        **dict.fromkeys(names, "integer"),
    )


def moving(model: type[Model], by: str, *names: str) -> Beside:
    """`move` beside a new row that points to the counters' row by its column `by`; the changes come as `moved_…`."""
    table, key = model._meta.db_table, model._meta.pk.column
    sql = f'UPDATE "{table}" SET {_moved(model, names, "moved_")} FROM new WHERE "{table}"."{key}" = new."{by}"'  # noqa: S608
    return Beside(sql, {f"moved_{name}": "integer" for name in names})


def _moved(model: type[Model], names: Iterable[str], prefix: str = "") -> str:
    table = model._meta.db_table
    columns = {name: model._meta.get_field(name).column for name in names}  # type: ignore[union-attr]
    return ", ".join(
        f'"{column}" = greatest("{table}"."{column}" + %({prefix}{name})s, 0)' for name, column in columns.items()
    )


def move_all(rows: "QuerySet[Any]", **changes: int) -> None:
    """`move` for several rows, or for one that is not known by its primary key."""
    rows.update(**{name: Greatest(F(name) + change, 0) for name, change in changes.items()})


@dataclass(frozen=True)
class Counter:
    """A field of `rows` that says how many of `counted` point to a row by their foreign key `by`."""

    rows: "QuerySet[Any]"
    field: str
    counted: "QuerySet[Any]"
    by: str


def recount(counters: Sequence[Counter], progress: dict[str, int] | None) -> dict[str, int] | None:
    """One step of a stepwise job: the next ROWS_AT_ONCE rows of the counter it is at. Returns where to go on."""
    place, after = (progress or {}).get("counter", 0), (progress or {}).get("after", 0)
    last = _recount_some(counters[place], after)
    if last is not None:
        return {"counter": place, "after": last}
    return {"counter": place + 1, "after": 0} if place + 1 < len(counters) else None


def _recount_some(counter: Counter, after: int) -> int | None:
    """Put right what is off among the next rows; returns the last one's id, None when there are no more.

    What is off is locked and counted again: whoever moves the counter meanwhile has either committed, and is counted,
    or comes after us and adds to what we wrote.
    """
    ids = list(counter.rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE])
    if not ids:
        return None
    of_row = counter.counted.order_by().filter(**{counter.by: OuterRef("pk")}).values(counter.by)
    number = Subquery(of_row.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    right = Coalesce(number, Value(0))
    off = counter.rows.annotate(right=right).exclude(**{counter.field: F("right")})
    with transaction.atomic():
        suspects = list(off.filter(pk__in=ids).values_list("pk", flat=True))
        if suspects:
            list(counter.rows.filter(pk__in=suspects).order_by("pk").select_for_update(no_key=True).values_list("pk"))
            mended = off.filter(pk__in=suspects).update(**{counter.field: right})
            metrics.COUNTERS_MENDED.add(mended, counter=f"{counter.rows.model._meta.label_lower}.{counter.field}")
    return ids[-1]

"""Querysets compiled once per process.

Building and compiling a queryset takes Django longer than Postgres takes to answer it. On the few pages that are
asked for all day, a queryset is built once, with stand-ins for the values that differ, and its SQL is kept:

    _unread = Prepared(lambda any_: Notification.objects.visible_to(any_.viewer).values_list("id"), viewer=Viewer)
    rows = _unread(viewer=request.user)

So a rule such as `visible_to` stays the one place that says who sees what. A queryset whose shape depends on the
viewer beyond the primary key needs one Prepared per shape.
"""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

_FIRST = 7_100_000_000_000_001
"""Stand-ins are whole numbers from here on, found again among the parameters of the compiled SQL."""


class Prepared:
    """Compiles `build(any_)` at the first call. Each name in `names` is a stand-in, an attribute of `any_`."""

    def __init__(self, build: Callable[[Any], "QuerySet[Any]"], *names: str) -> None:
        self._build = build
        self._stand_ins = {name: _FIRST + number for number, name in enumerate(names)}
        self._sql = ""
        self._parameters: tuple[Any, ...] = ()

    def __call__(self, **values: int | list[int] | datetime | None) -> list[tuple[Any, ...]]:
        """The rows as tuples. A stand-in used through `among` takes a list."""
        if not self._sql:
            self._compile()
        parameters = [values[item.name] if isinstance(item, _Slot) else item for item in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            return cursor.fetchall()

    def _compile(self) -> None:
        query = self._build(SimpleNamespace(**self._stand_ins)).query
        sql, parameters = query.sql_with_params()
        names = {number: name for name, number in self._stand_ins.items()}
        self._parameters = tuple(_slot(item, names) for item in parameters)
        self._sql = sql


class _Slot:
    def __init__(self, name: str) -> None:
        self.name = name


def _slot(item: Any, names: dict[int, str]) -> Any:
    if isinstance(item, list):
        item = item[0]
    return _Slot(names[item]) if isinstance(item, int) and item in names else item


def among(stand_in: int) -> RawSQL:
    """For `pk__in=among(any_.ids)`: one parameter, however long the list is."""
    return RawSQL("SELECT unnest(%s::bigint[])", ([stand_in],))

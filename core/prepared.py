"""Querysets compiled once per process, and planned once per connection.

Building and compiling a queryset takes Django longer than Postgres takes to answer it, and so does planning it. On the
few pages that are asked for all day, a queryset is built once, with stand-ins for the values that differ; its SQL is
kept here and its plan in Postgres:

    _unread = Prepared(lambda any_: Notification.objects.visible_to(User(pk=any_.viewer)).values_list("id"), "viewer")
    rows = _unread(viewer=request.user.pk)

So a rule such as `visible_to` stays the one place that says who sees what. A queryset whose shape depends on the
viewer beyond the primary key needs one Prepared per shape.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from psycopg2.extensions import AsIs

_FIRST = 7_100_000_000_000_001
"""Stand-ins are whole numbers from here on, found again among the parameters of the compiled SQL."""
_known: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()
"""Connection → the names of the statements it has planned."""


class Prepared:
    """Compiles `build(any_)` at the first call. Each name in `names` is a stand-in, an attribute of `any_`.

    Behind a pooler that hands connections from transaction to transaction nothing can be kept in Postgres: where
    DISABLE_SERVER_SIDE_CURSORS says so, each call is planned anew.
    """

    def __init__(self, build: Callable[[Any], "QuerySet[Any]"], *names: str) -> None:
        self._build = build
        self._stand_ins = {name: _FIRST + number for number, name in enumerate(names)}
        self._sql = ""
        self._parameters: tuple[Any, ...] = ()
        self._name = self._execute = ""

    def __call__(self, **values: int | str | list[int] | datetime | None) -> list[tuple[Any, ...]]:
        """The rows as tuples. A stand-in used through `among` takes a list."""
        if not self._sql:
            self._compile()
        with connection.cursor() as cursor:
            if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                cursor.execute(self._sql, [values[p.name] if isinstance(p, _Slot) else p for p in self._parameters])
            else:
                if self._name not in _known.get(connection.connection, ()):
                    self._prepare()
                cursor.execute(self._execute, [values[name] for name in self._stand_ins])
            return cursor.fetchall()

    def _compile(self) -> None:
        query = self._build(SimpleNamespace(**self._stand_ins)).query
        sql, parameters = query.sql_with_params()
        names = {number: name for name, number in self._stand_ins.items()}
        self._parameters = tuple(_slot(item, names) for item in parameters)
        self._name = f"prepared_{blake2b(repr((sql, parameters)).encode(), digest_size=8).hexdigest()}"
        self._execute = f"EXECUTE {self._name} ({', '.join(['%s'] * len(names))})"
        self._sql = sql

    def _prepare(self) -> None:
        """Have this connection plan it. What never differs is written out, so that partial indexes are found."""
        places = {name: AsIs(f"${number}") for number, name in enumerate(self._stand_ins, start=1)}
        parameters = [places[item.name] if isinstance(item, _Slot) else item for item in self._parameters]
        with connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self._name} AS {self._sql}", parameters)
        _known.setdefault(connection.connection, set()).add(self._name)


class _Slot:
    def __init__(self, name: str) -> None:
        self.name = name


def _slot(item: Any, names: dict[int, str]) -> Any:
    if isinstance(item, list):
        item = item[0]
    number = int(item) if isinstance(item, str) and item.isdecimal() else item
    return _Slot(names[number]) if isinstance(number, int) and number in names else item


def among(stand_in: int) -> RawSQL:
    """For `pk__in=among(any_.ids)`: one parameter, however long the list is."""
    return RawSQL("SELECT unnest(%s::bigint[])", ([stand_in],))

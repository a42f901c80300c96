"""Querysets compiled once per process, and planned once per connection.

Building and compiling a queryset takes Django longer than Postgres takes to answer it, and so does planning it. On the
few pages that are asked for all day, a queryset is built once, with stand-ins for the values that differ; its SQL is
kept here and its plan in Postgres:

    _unread = Prepared(lambda any_: Notification.objects.visible_to(User(pk=any_.viewer)).values_list("id"), "viewer")
    rows = _unread(viewer=request.user.pk)

A queryset of models is asked by `instances`, which makes the same objects as the queryset itself, with what
`select_related` names. So a rule such as `visible_to` stays the one place that says who sees what. A queryset whose
shape depends on the viewer beyond the primary key needs one Prepared per shape.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property, partial
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.models import BooleanField, F, Func, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL
from django.db.models.query import get_related_populators
from psycopg2.extensions import AsIs

_FIRST = 7_100_000_000_000_001
"""Stand-ins are whole numbers from here on, found again among the parameters of the compiled SQL."""
_NAMED = re.compile(r"%\(\w+\)s")
_known: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()
"""Connection → the names of the statements it has planned."""

Value = int | str | UUID | list[int] | list[str] | list[date] | date | None


class Prepared:
    """Compiles `build(any_)` at the first call. Each name in `names` is a stand-in, an attribute of `any_`; it may go
    unused.

    Behind a pooler that hands connections from transaction to transaction nothing can be kept in Postgres: where
    DISABLE_SERVER_SIDE_CURSORS says so, each call is planned anew.
    """

    def __init__(self, build: Callable[[Any], "QuerySet[Any]"], *names: str) -> None:
        self._build, self._names = build, names
        self._compiled: _Compiled | None = None
        self._name = self._execute = ""
        self._used: list[str] = []

    def instances(self, **values: Value) -> list[Any]:
        """The objects of a queryset of models, as it would give them."""
        rows = self(**values)
        assert self._compiled is not None
        assert self._compiled.shape is not None
        return [self._compiled.shape.make(row) for row in rows]

    def first(self, **values: Value) -> Any:
        """The first object of a queryset of models, None where there is none."""
        found = self.instances(**values)
        return found[0] if found else None

    def __call__(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows as tuples. A stand-in used through `among` takes a list."""
        compiled = self._compiled or self._compile()
        database = connections[DEFAULT_DB_ALIAS]  # once: `connection` looks it up whenever it is named
        rows = ask_of_the_living(database, partial(self._ask, compiled, database, values))
        return compiled.converted(rows) if rows else rows

    def _ask(self, compiled: "_Compiled", database: Any, values: dict[str, Value]) -> list[tuple[Any, ...]]:
        make_ready(database)
        if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            parameters = [values[part.name] if type(part) is _Slot else part for part in compiled.parameters]
            return fetch(database, compiled.sql, parameters)
        if not is_planned(database, self._name):
            # What never differs is written out, so that partial indexes are found.
            places = {name: AsIs(f"${number}") for number, name in enumerate(self._used, start=1)}
            parameters = [places[part.name] if isinstance(part, _Slot) else part for part in compiled.parameters]
            plan(database, self._name, f"PREPARE {self._name} AS {compiled.sql}", parameters)
        return fetch(database, self._execute, [values[name] for name in self._used])

    def _compile(self) -> "_Compiled":
        compiled = _Compiled(self._build, self._names)
        used = {part.name for part in compiled.parameters if isinstance(part, _Slot)}
        self._used = [name for name in self._names if name in used]
        said = repr((compiled.sql, [getattr(part, "name", part) for part in compiled.parameters], self._used))
        self._name = f"prepared_{blake2b(said.encode(), digest_size=8).hexdigest()}"
        given = f" ({', '.join(['%s'] * len(self._used))})" if used else ""
        self._execute = f"EXECUTE {self._name}{given}"
        self._compiled = compiled
        return compiled


Answer = TypeVar("Answer")


def ask_of_the_living(database: Any, ask: Callable[[], Answer]) -> Answer:
    """Django would ask first, once a request, whether the connection is alive. The first question tells: where nobody
    hears it, it is asked again of a new connection. So it must only read."""
    if not _is_unsure(database):
        return ask()
    database.health_check_done = True
    try:
        return ask()
    except (InterfaceError, OperationalError):
        if database.is_usable():
            raise
        database.close()
        return ask()


def _is_unsure(database: Any) -> bool:
    """Has nobody used this connection since the request began? Within a transaction Django knows it."""
    return (
        database.health_check_enabled
        and not database.health_check_done
        and database.connection is not None
        and not database.in_atomic_block
    )


def make_ready(database: Any) -> None:
    """A connection there is, found alive once a request. Before `is_planned`, which is asked of a connection."""
    database.close_if_health_check_failed()
    database.ensure_connection()


def fetch(database: Any, sql: str, parameters: list[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement, of a connection made ready; none of one that gives none."""
    with database.wrap_database_errors, _cursor(database) as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        return rows


def _cursor(database: Any) -> Any:
    """Where nobody counts, logs or wraps queries, the driver's own: what Django wraps around it takes as long as
    asking."""
    if database.queries_logged or database.execute_wrappers:
        return database.cursor()
    database.validate_no_broken_transaction()
    cursor = database.connection.cursor()
    cursor.tzinfo_factory = database.tzinfo_factory
    return cursor


def is_planned(database: Any, name: str) -> bool:
    """Does this connection have the statement of that name?"""
    return name in _known.get(database.connection, ())


def plan(database: Any, name: str, prepare: str, parameters: list[Any] | None = None) -> None:
    """Run `prepare` (PREPARE name …) and remember that this connection has it."""
    with database.wrap_database_errors, database.connection.cursor() as cursor:
        cursor.execute(prepare, parameters)
    _known.setdefault(database.connection, set()).add(name)


class Fragment:
    """The SQL of a queryset as part of a larger statement, compiled once: `build` and `names` as for `Prepared`."""

    def __init__(self, build: Callable[[Any], "QuerySet[Any]"], *names: str) -> None:
        self._build, self._names = build, names

    def __call__(self, **values: Value) -> tuple[str, list[Any]]:
        """(SQL, its parameters)."""
        compiled = self._compiled
        return compiled.sql, [values[part.name] if isinstance(part, _Slot) else part for part in compiled.parameters]

    def named(self) -> str:
        """The same with %(name)s where its values come, for a `Statement` (core/statements.py)."""
        compiled = self._compiled
        with connection.cursor() as cursor:
            places = [AsIs(f"%({part.name})s") if isinstance(part, _Slot) else part for part in compiled.parameters]
            written: str = cursor.mogrify(compiled.sql, places).decode()
        if "%" in _NAMED.sub("", written):
            raise ValueError(f"A statement takes %(name)s and no other %: {written}")
        return written

    def instance(self, row: tuple[Any, ...]) -> Any:
        """The object of a queryset of models that a row of its columns stands for."""
        compiled = self._compiled
        assert compiled.shape is not None
        [converted] = compiled.converted([row])
        return compiled.shape.make(converted)

    @cached_property
    def _compiled(self) -> "_Compiled":
        return _Compiled(self._build, self._names)

    def array(self, **values: Value) -> RawSQL:
        """Its only column as an array, an expression for other querysets. It must not look at their rows."""
        sql, parameters = self(**values)
        return RawSQL(f"ARRAY({sql})", parameters)  # noqa: S611 (what Django compiled, its values as parameters)


class _Compiled:
    """What Django makes of a queryset: its SQL, with a `_Slot` for each stand-in among the parameters, and what becomes
    of its rows."""

    def __init__(self, build: Callable[[Any], "QuerySet[Any]"], names: Iterable[str]) -> None:
        stand_ins = {name: _FIRST + number for number, name in enumerate(names)}
        self._compiler: Any = build(SimpleNamespace(**stand_ins)).query.get_compiler(connection=connection)
        self.sql, parameters = self._compiler.as_sql()
        slots = {number: name for name, number in stand_ins.items()}
        self.parameters = tuple(_slot(item, slots) for item in parameters)
        self._converters = self._compiler.get_converters([column for column, _, _ in self._compiler.select])
        self.shape = _Shape(self._compiler) if self._compiler.klass_info is not None else None

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Where fields make something of what the driver gives."""
        if not self._converters:
            return rows
        return [tuple(row) for row in self._compiler.apply_converters(rows, self._converters)]


class _Shape:
    """Which columns of a row become which object, as Django's own iteration over a queryset has it."""

    def __init__(self, compiler: Any) -> None:
        columns = compiler.klass_info["select_fields"]
        self._model: type[Model] = compiler.klass_info["model"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [column.target.attname for column, _, _ in compiler.select[self._columns]]
        populators: Any = get_related_populators  # the stubs are of a later Django
        self._related = populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        self._annotations = tuple(compiler.annotation_col_map.items())

    def make(self, row: tuple[Any, ...]) -> Model:
        made = _from_row(self._model, self._names, row[self._columns])
        _join(made, row, self._related)
        for name, column in self._annotations:
            setattr(made, name, row[column])
        return made


def _join(made: Model, row: tuple[Any, ...], related: list[Any]) -> None:
    """Puts the objects of the same row where `select_related` has them."""
    for one in related:
        values = one.reorder_for_init(row) if one.reorder_for_init else row[one.cols_start : one.cols_end]
        other = None if values[one.pk_idx] is None else _from_row(one.model_cls, one.init_list, values)
        one.local_setter(made, other)
        if other is not None:
            _join(other, row, one.related_populators)
            one.remote_setter(other, made)


def _from_row(model: type[Model], names: list[str], values: tuple[Any, ...]) -> Model:
    """`Model.from_db` in a quarter of the time: what comes from a row needs neither defaults nor looks at each field.
    What is not among the names is deferred."""
    made = model.__new__(model)
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    made.__dict__.update(zip(names, values, strict=True))
    return made


class _Slot:
    def __init__(self, name: str) -> None:
        self.name = name


def _slot(item: Any, names: dict[int, str]) -> Any:
    if isinstance(item, list):
        item = item[0]
    if isinstance(item, UUID):
        item = item.int
    number = int(item) if isinstance(item, str) and item.isdecimal() else item
    return _Slot(names[number]) if isinstance(number, int) and number in names else item


def among(stand_in: int, of: str = "bigint") -> RawSQL:
    """For `pk__in=among(any_.ids)`: one parameter, however long the list is. `of`: what it holds, in Postgres."""
    return RawSQL(f"SELECT unnest(%s::{of}[])", ([stand_in],))  # noqa: S611 (a type's name)


def is_any_of(column: str, stand_in: int, of: str = "bigint") -> Func:
    """For `filter(is_any_of("pk", any_.ids))`: as `among`, for querysets of so many tables that Postgres would not put
    one more, the list, first; and for the later columns of an index, which it would only look through."""
    given = RawSQL(f"%s::{of}[]", ([stand_in],))  # noqa: S611 (a type's name)
    return Func(F(column), given, arg_joiner=" = ANY (", template="(%(expressions)s))", output_field=BooleanField())

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
from collections.abc import Callable
from datetime import date
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any
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
        self._build = build
        self._stand_ins = {name: _FIRST + number for number, name in enumerate(names)}
        self._sql = ""
        self._parameters: tuple[Any, ...] = ()
        self._name = self._execute = ""
        self._used: list[str] = []
        self._convert: Callable[[list[tuple[Any, ...]]], list[tuple[Any, ...]]] | None = None
        self._shape: _Shape | None = None

    def instances(self, **values: Value) -> list[Any]:
        """The objects of a queryset of models, as it would give them."""
        rows = self(**values)
        assert self._shape is not None
        return [self._shape.make(row) for row in rows]

    def first(self, **values: Value) -> Any:
        """The first object of a queryset of models, None where there is none."""
        rows = self(**values)
        assert self._shape is not None
        return self._shape.make(rows[0]) if rows else None

    def __call__(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows as tuples. A stand-in used through `among` takes a list."""
        if not self._sql:
            self._compile()
        database = connections[DEFAULT_DB_ALIAS]  # once: `connection` looks it up whenever it is named
        rows = self._ask_of_the_living(database, values) if _is_unsure(database) else self._ask(database, values)
        return self._convert(rows) if self._convert and rows else rows

    def _ask_of_the_living(self, database: Any, values: dict[str, Value]) -> list[tuple[Any, ...]]:
        """Django would ask first, once a request, whether the connection is alive. The first question tells: where
        nobody hears it, it is asked again of a new connection, for it only reads."""
        database.health_check_done = True
        try:
            return self._ask(database, values)
        except (InterfaceError, OperationalError):
            if database.is_usable():
                raise
            database.close()
            return self._ask(database, values)

    def _ask(self, database: Any, values: dict[str, Value]) -> list[tuple[Any, ...]]:
        make_ready(database)
        if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return fetch(database, self._sql, [values[p.name] if type(p) is _Slot else p for p in self._parameters])
        if not is_planned(database, self._name):
            self._prepare(database)
        return fetch(database, self._execute, [values[name] for name in self._used])

    def _compile(self) -> None:
        compiler = self._build(SimpleNamespace(**self._stand_ins)).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        names = {number: name for name, number in self._stand_ins.items()}
        self._parameters = tuple(_slot(item, names) for item in parameters)
        used = {parameter.name for parameter in self._parameters if isinstance(parameter, _Slot)}
        self._used = [name for name in self._stand_ins if name in used]
        self._name = f"prepared_{blake2b(repr((sql, parameters)).encode(), digest_size=8).hexdigest()}"
        given = f" ({', '.join(['%s'] * len(self._used))})" if used else ""
        self._execute = f"EXECUTE {self._name}{given}"
        if converters := compiler.get_converters([column for column, _, _ in compiler.select]):
            self._convert = lambda rows: [tuple(row) for row in compiler.apply_converters(rows, converters)]
        if compiler.klass_info is not None:
            self._shape = _Shape(compiler)
        self._sql = sql

    def _prepare(self, database: Any) -> None:
        """Have this connection plan it. What never differs is written out, so that partial indexes are found."""
        places = {name: AsIs(f"${number}") for number, name in enumerate(self._used, start=1)}
        parameters = [places[item.name] if isinstance(item, _Slot) else item for item in self._parameters]
        plan(database, self._name, f"PREPARE {self._name} AS {self._sql}", parameters)


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
        self._build = build
        self._stand_ins = {name: _FIRST + number for number, name in enumerate(names)}
        self._kept: tuple[str, tuple[Any, ...]] | None = None

    def __call__(self, **values: Value) -> tuple[str, list[Any]]:
        """(SQL, its parameters)."""
        sql, parts = self._compiled()
        return sql, [values[part.name] if isinstance(part, _Slot) else part for part in parts]

    def named(self) -> str:
        """The same with %(name)s where its values come, for a `Statement` (core/statements.py)."""
        sql, parts = self._compiled()
        with connection.cursor() as cursor:
            places = [AsIs(f"%({part.name})s") if isinstance(part, _Slot) else part for part in parts]
            written: str = cursor.mogrify(sql, places).decode()
        if "%" in _NAMED.sub("", written):
            raise ValueError(f"A statement takes %(name)s and no other %: {written}")
        return written

    def _compiled(self) -> tuple[str, tuple[Any, ...]]:
        if self._kept is None:
            sql, parameters = self._build(SimpleNamespace(**self._stand_ins)).query.sql_with_params()
            names = {number: name for name, number in self._stand_ins.items()}
            self._kept = sql, tuple(_slot(item, names) for item in parameters)
        return self._kept

    def array(self, **values: Value) -> RawSQL:
        """Its only column as an array, an expression for other querysets. It must not look at their rows."""
        sql, parameters = self(**values)
        return RawSQL(f"ARRAY({sql})", parameters)  # noqa: S611 (what Django compiled, its values as parameters)


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

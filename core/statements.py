"""What is written all day: rows and counters, by statements planned once per connection.

Django compiles an INSERT or UPDATE anew each time, which takes longer than Postgres takes to do it. Querysets have
core/prepared.py; what is read by SQL of our own is a `Reading`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, CharField, IntegerField, Model, TextField
from psycopg2.extensions import adapt

from core.prepared import ask_of_the_living, fetch, is_planned, make_ready, plan

_VALUE = re.compile(r"%\((\w+)\)s")


class Statement:
    """SQL written by hand, with %(name)s for each of `types` (name → its type in Postgres); called, it gives its rows.
    What it does not name is neither declared nor sent.

    Those in `fixed` have one value for good: it is written out, for each that is sent takes as long as a column that is
    read. Behind a pooler that hands connections from transaction to transaction it is planned at each call, as
    `Prepared`.
    """

    def __init__(self, sql: str, fixed: Mapping[str, Any] = MappingProxyType({}), /, **types: str) -> None:
        named = set(_VALUE.findall(sql))
        types = {name: kind for name, kind in types.items() if name in named}
        written = {
            name: f"({adapt(value).getquoted().decode()}::{types.pop(name)})"
            for name, value in fixed.items()
            if name in named
        }
        numbers = {name: f"${number}" for number, name in enumerate(types, start=1)}
        body = _VALUE.sub(lambda found: written.get(found[1]) or numbers[found[1]], sql)
        self._name = f"statement_{blake2b(f'{types}{body}'.encode(), digest_size=8).hexdigest()}"
        given = {name: f"%({name})s::{kind}" for name, kind in types.items()}
        self._prepare = f"PREPARE {self._name} {_listed(types.values())} AS {body}"
        self._execute = f"EXECUTE {self._name} {_listed(given.values())}"
        given |= {name: value.replace("%", "%%") for name, value in written.items()}
        self._unplanned = _VALUE.sub(lambda found: given[found[1]], sql)

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        return self._ask(connections[DEFAULT_DB_ALIAS], values)

    def columns(self, **values: Any) -> list[int]:
        """The type of each of its columns, as Postgres numbers them (pg_type.oid)."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self._unplanned, values)
            return [column.type_code for column in cursor.description]

    def _ask(self, database: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        make_ready(database)
        if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return fetch(database, self._unplanned, values)
        if not is_planned(database, self._name):
            plan(database, self._name, self._prepare)
        return fetch(database, self._execute, values)


def _listed(parts: Iterable[str]) -> str:
    """In brackets, of which Postgres takes no empty ones."""
    listed = ", ".join(parts)
    return f"({listed})" if listed else ""


class Reading(Statement):
    """One that only reads. As the first of a request it finds out whether the connection is alive."""

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        database = connections[DEFAULT_DB_ALIAS]
        return ask_of_the_living(database, partial(self._ask, database, values))


class Update:
    """Writes some columns of a row there is, as `save(update_fields=…)` does: no signals. The model as for `Insert`."""

    def __init__(self, label: str, *names: str) -> None:
        self._label, self._names = label, names
        self._statement: Statement | None = None
        self._fields: list[tuple[Any, type]] = []

    def __call__(self, row: Model) -> None:
        if self._statement is None:
            self._statement = self._compile()
        database = connections[DEFAULT_DB_ALIAS]
        values = {field.column: _sent(field, plain, row, False, database) for field, plain in self._fields}
        self._statement(pk_=row.pk, **values)

    def _compile(self) -> Statement:
        meta: Any = apps.get_model(self._label)._meta
        fields = [meta.get_field(name) for name in self._names]
        self._fields, kinds = _with_plain(fields), _kinds(fields)
        changed = ", ".join(f'"{column}" = %({column})s' for column in kinds)
        [(key, kind)] = _kinds([meta.pk]).items()
        return Statement(f'UPDATE "{meta.db_table}" SET {changed} WHERE "{key}" = %(pk_)s', **kinds, pk_=kind)  # noqa: S608


@dataclass(frozen=True)
class Beside:
    """What the statement that inserts rows writes besides. Its SQL finds them, with all their columns, in `new`."""

    sql: str
    types: Mapping[str, str]
    """Of the values it names; they are not those of the model's columns."""


class Insert:
    """Writes new rows of a model, named "app.Model", as `bulk_create` does: no signals, and each gets its primary key.

    What is written `beside` them takes no statement of its own, which takes longer than most of what is written; its
    values come by name. Every column is sent, so a model with a value that only the database knows (db_default alone)
    is refused: TypeError.
    """

    def __init__(self, label: str, *beside: Beside) -> None:
        self._label, self._beside = label, beside
        self._one: Statement | None = None
        self._many: Statement | None = None
        self._fields: list[tuple[Any, type]] = []

    def __call__(self, rows: Sequence[Model], **beside: Any) -> None:
        if self._one is None or self._many is None:
            self._one, self._many = self._compile()
        database = connections[DEFAULT_DB_ALIAS]
        if len(rows) == 1:  # lists of one take Postgres longer
            [row] = rows
            values = {field.column: _sent(field, plain, row, True, database) for field, plain in self._fields}
            found = self._one(**values, **beside)
        else:
            columns = {
                field.column: [_sent(field, plain, row, True, database) for row in rows]
                for field, plain in self._fields
            }
            found = self._many(**columns, **beside)
        for row, (pk,) in zip(rows, found, strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _compile(self) -> tuple[Statement, Statement]:
        """For one row, and for several."""
        meta: Any = apps.get_model(self._label)._meta
        fields = [field for field in meta.local_concrete_fields if not field.primary_key and not field.generated]
        if unknown := [field.name for field in fields if field.has_db_default() and not field.has_default()]:
            raise TypeError(f"{self._label}: only the database knows the default of {', '.join(unknown)}.")
        self._fields, kinds = _with_plain(fields), _kinds(fields)
        names = ", ".join(f'"{column}"' for column in kinds)
        values = ", ".join(f"%({column})s" for column in kinds)
        into = f'INSERT INTO "{meta.db_table}" ({names})'
        key = f'"{meta.pk.column}"'
        lists = {column: f"{kind}[]" for column, kind in kinds.items()}
        return (
            self._with_beside(f"{into} VALUES ({values})", key, kinds),
            self._with_beside(f"{into} SELECT * FROM unnest({values})", key, lists),  # noqa: S608
        )

    def _with_beside(self, insert: str, key: str, types: dict[str, str]) -> Statement:
        if not self._beside:
            return Statement(f"{insert} RETURNING {key}", **types)
        parts = [f"new AS ({insert} RETURNING *)"]
        for number, beside in enumerate(self._beside):
            parts.append(f"beside_{number} AS ({beside.sql})")
            types |= beside.types
        return Statement(f"WITH {', '.join(parts)} SELECT {key} FROM new", **types)  # noqa: S608 (our own names)


def _with_plain(fields: list[Any]) -> list[tuple[Any, type]]:
    """Each with the type of values that it would send as they are; asking it takes longer than sending."""
    found = []
    for field in fields:
        target = field.target_field if field.is_relation else field
        plain = next((plain for kind, plain in _PLAIN.items() if isinstance(target, kind)), type(None))
        found.append((field, plain))
    return found


_PLAIN: dict[type, type] = {CharField: str, TextField: str, IntegerField: int, BooleanField: bool}


def _sent(field: Any, plain: type, row: Model, is_new: bool, database: Any) -> Any:
    value = field.pre_save(row, is_new)
    return value if value is None or type(value) is plain else field.get_db_prep_save(value, database)


def _kinds(fields: Sequence[Any]) -> dict[str, str]:
    """Column → its type. Without the length: a cast would cut what is too long, and the column shall refuse it."""
    database = connections[DEFAULT_DB_ALIAS]
    types = {
        field.column: field.rel_db_type(database) if field.primary_key else field.db_type(database) for field in fields
    }
    return {column: kind.split("(")[0] for column, kind in types.items()}

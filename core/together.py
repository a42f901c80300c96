"""Several questions in one round trip, for the few pages that are asked for all day.

The way to Postgres and back takes longer than most answers, and what the driver does for each column of each row takes
longer than both. So what a page asks is asked together, as far as its values are known from the start; and each row
comes as one text, which is taken apart only when this process has not seen it of late: mostly it has.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.parts import Recent
from core.statements import Reading, Statement

TEXTS_MOST = 4000

_COLUMN = re.compile(r'\(?(?:([,)])|"((?:[^"]|"")*)"[,)]|([^",)]+)[,)])')
"""One of a row's text: left out for NULL, or in quotes, or neither."""
_DOUBLED = re.compile(r'(["\\])\1')
_CASTS: dict[int, Callable[[str], Any]] = {16: "t".__eq__, 20: int, 21: int, 23: int, 25: str, 1043: str}
"""What the driver makes of the most frequent types (pg_type.oid: boolean, whole numbers, texts); it takes longer."""


def _as_it_is(row: Any) -> Any:
    return row


@dataclass(frozen=True)
class Question:
    """One of those asked together."""

    sql: str
    """With %(name)s for its values (`Fragment.named`). Its rows come in no order."""
    kept: Callable[[tuple[Any, ...]], Any] = _as_it_is
    """What is made of a row's columns once and given to all who read the same: nobody may change it."""
    made: Callable[[Any], Any] = _as_it_is
    """What is made of that at each reading."""
    unless: str = ""
    """A column of the first question's row. Where it is true, or there is no such row, this one has no rows."""


class Together:
    """Called with the values of all questions, it gives the rows of each. `fixed` and `types` as for `Statement`."""

    def __init__(self, questions: Sequence[Question], fixed: Mapping[str, Any], **types: str) -> None:
        self._answers = [_Answer(one, fixed, types) for one in questions]
        parts = ["SELECT 0, first::text FROM first"]
        for number, one in enumerate(questions[1:], start=1):
            condition = f"WHERE NOT (SELECT {one.unless} FROM first)" if one.unless else ""  # noqa: S608
            parts.append(f"SELECT {number}, row::text FROM ({one.sql}) row {condition}")  # noqa: S608 (ours)
        sql = f"WITH first AS MATERIALIZED ({questions[0].sql}) {' UNION ALL '.join(parts)}"
        self._statement = Reading(sql, fixed, **types)

    def __call__(self, **values: Any) -> list[list[Any]]:
        found: list[list[Any]] = [[] for _ in self._answers]
        for number, text in self._statement(**values):
            found[number].append(self._answers[number].read(text, values))
        return found


class _Answer:
    def __init__(self, question: Question, fixed: Mapping[str, Any], types: Mapping[str, str]) -> None:
        self._kept, self._made = question.kept, question.made
        self._empty = Statement(f"SELECT * FROM ({question.sql}) row LIMIT 0", fixed, **types)  # noqa: S608 (our own SQL)
        self._types: list[int] = []
        self._texts: Recent[Any] = Recent(most=TEXTS_MOST)

    def read(self, text: str, values: dict[str, Any]) -> Any:
        found = self._texts.get(text)
        if found is None:
            found = self._take_apart(text, values)
        return self._made(found)

    def _take_apart(self, text: str, values: dict[str, Any]) -> Any:
        self._types = self._types or self._empty.columns(**values)
        columns = zip(self._types, _COLUMN.findall(text), strict=True)
        row = tuple(None if null else _value(kind, quoted or bare) for kind, (null, quoted, bare) in columns)
        found = self._kept(row)
        # All are given the same, and a list somebody might change. Of all else (jsonb comes as text) nothing can be.
        if not any(isinstance(value, list) for value in row):
            self._texts.keep(text, found)
        return found


def _value(kind: int, said: str) -> Any:
    if '"' in said or "\\" in said:
        said = _DOUBLED.sub(r"\1", said)
    if (cast := _CASTS.get(kind)) is not None:
        return cast(said)
    with connection.cursor() as cursor:
        return cursor.cast(kind, said)

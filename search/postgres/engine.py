"""Finding in Postgres.

Texts are looked for from the newest back, in windows of time that grow (two days, two weeks, four months, everything).
Each window is a branch of one UNION ALL under a LIMIT, and Postgres does not begin a branch before the ones above it
gave too little. Days are lexemes, so GIN itself cuts words and window with each other. So a word that every third post
has costs what the last days hold of it, and a rare one costs the few rows there are; neither is left to an estimate of
how often it comes.

Who may see a row is asked row by row while they are read from the top, as a subquery that Postgres cannot
turn into a join: that would ask it for all that fit before the first is shown.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core.pagination import decode_cursor, encode_cursor
from core.prepared import Fragment, Prepared
from search.engine import Ask, Found, Index, Name, Order, Seen, Text
from search.models import CommentEntry, NameEntry, NameKind, PostEntry
from search.postgres import vectors
from search.words import Words, fold

JUDGED_MAX = 300
"""So many of the newest that fit are put in order by how well they do."""
NAMES_LOOKED_AT = 2000
NAME_MAX = 60

_KINDS = {
    Index.CIRCLES: NameKind.CIRCLE,
    Index.PEOPLE: NameKind.PERSON,
    Index.MERCHANTS: NameKind.MERCHANT,
    Index.TOPICS: NameKind.TOPIC,
}


class _Table(NamedTuple):
    name: str
    key: str
    scored: str
    """What readers made of it, joined to `found.id`, as a factor; see docs/search.md."""


_TABLES = {
    Index.POSTS: _Table(
        PostEntry._meta.db_table,
        "post_id",
        """(SELECT (1 + ln(1 + t.like_count + t.comment_count) / 5) * CASE WHEN t.is_featured THEN 1.5 ELSE 1 END
              FROM circles_post t WHERE t.id = found.id)""",
    ),
    Index.COMMENTS: _Table(CommentEntry._meta.db_table, "comment_id", "1"),
}


class _Window(NamedTuple):
    marks: tuple[str, ...]
    since: datetime | None
    until: datetime | None


class PostgresEngine:
    """See search.engine.Engine."""

    def put(self, index: Index, documents: Sequence[Text] | Sequence[Name]) -> None:
        if not documents:
            return
        if index in _KINDS:
            self._put_names(_KINDS[index], cast("Sequence[Name]", documents))
        else:
            self._put_texts(_TABLES[index], cast("Sequence[Text]", documents))

    def _put_texts(self, table: _Table, documents: Sequence[Text]) -> None:
        # In the order of ids, so that two who write the same rows do not wait for each other in a ring.
        rows = [(text.id, vectors.of_text(text), text.published_at) for text in sorted(documents, key=lambda t: t.id)]
        _execute(
            f"""INSERT INTO {table.name} ({table.key}, words, published_at, indexed_at)
                SELECT id, words::tsvector, published_at, now()
                  FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS row(id, words, published_at)
                ON CONFLICT ({table.key}) DO UPDATE
                SET words = excluded.words, published_at = excluded.published_at, indexed_at = excluded.indexed_at""",  # noqa: S608 - names of our tables
            [list(column) for column in zip(*rows, strict=True)],
        )

    def _put_names(self, kind: NameKind, documents: Sequence[Name]) -> None:
        rows = [
            (name.id, fold(name.name)[:NAME_MAX], vectors.of_name(name))
            for name in sorted(documents, key=lambda n: n.id)
        ]
        _execute(
            """INSERT INTO search_nameentry (kind, target_id, name, words, indexed_at)
               SELECT %s, id, name, words::tsvector, now()
                 FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS row(id, name, words)
               ON CONFLICT (kind, target_id) DO UPDATE
               SET name = excluded.name, words = excluded.words, indexed_at = excluded.indexed_at""",
            [kind.value, *(list(column) for column in zip(*rows, strict=True))],
        )

    def remove(self, index: Index, ids: Iterable[int]) -> None:
        if index in _KINDS:
            NameEntry.objects.filter(kind=_KINDS[index], target_id__in=list(ids)).delete()
        else:
            table = _TABLES[index]
            _execute(f"DELETE FROM {table.name} WHERE {table.key} = ANY(%s)", [list(ids)])  # noqa: S608

    def find(self, index: Index, ask: Ask, seen: Seen) -> Found:
        if not ask.words:
            return Found()
        table = _TABLES[index]
        return _newest(table, ask, seen) if ask.order == Order.NEWEST else _best(table, ask, seen)

    def find_names(self, index: Index, words: Words, seen: Seen, *, most: int) -> list[int]:
        if not words:
            return []
        statement = _names_among(_KINDS[index].value, seen, most)
        return [pk for (pk,) in statement(words=vectors.name_query(words), name=words.folded, **seen.values)]


@lru_cache(maxsize=128)
def _names_among(kind: str, seen: Seen, most: int) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        visible = seen.build(any_)
        fitting = RawSQL(
            "SELECT target_id FROM search_nameentry WHERE kind = %s AND words @@ %s::tsquery LIMIT %s",
            [kind, any_.words, NAMES_LOOKED_AT],
        )
        column = f'"{visible.model._meta.db_table}"."id"'
        nearness = RawSQL(  # noqa: S611
            f"""(SELECT CASE WHEN e.name = %s THEN 2 WHEN starts_with(e.name, %s) THEN 1 ELSE 0 END
                   FROM search_nameentry e WHERE e.kind = %s AND e.target_id = {column})""",  # noqa: S608
            [any_.name, any_.name, kind],
        )
        found = visible.filter(pk__in=fitting)
        return found.order_by(nearness.desc(), *found.query.order_by).values_list("pk")[:most]

    return Prepared(query, "words", "name", *seen.values)


def _newest(table: _Table, ask: Ask, seen: Seen) -> Found:
    place = decode_cursor(ask.cursor, kinds=(datetime, int))
    stream, parameters = _stream(table, ask, before=place)
    holds, more = _holds(seen)
    rows = _fetch(
        f"SELECT found.id, found.published_at FROM ({stream}) found WHERE {holds} LIMIT %s",  # noqa: S608
        [*parameters, *more, ask.size + 1],
    )
    # UNION ALL keeps the order of its branches, but nobody promises it.
    rows.sort(key=lambda row: (row[1], row[0]), reverse=True)
    chosen = rows[: ask.size]
    following = encode_cursor(chosen[-1][1], chosen[-1][0]) if len(rows) > ask.size else None
    return Found([row[0] for row in chosen], following)


def _best(table: _Table, ask: Ask, seen: Seen) -> Found:
    """Pages of these are told by how many came before."""
    place = decode_cursor(ask.cursor, kinds=(int,))
    offset = min(place[0], JUDGED_MAX) if place else 0
    stream, parameters = _stream(table, ask, before=None)
    holds, more = _holds(seen)
    judged = vectors.words_query(ask.words, any_word=ask.any_word)
    rows = _fetch(
        f"""SELECT found.id FROM (
                SELECT found.id, found.published_at FROM ({stream}) found WHERE {holds} LIMIT %s
            ) found JOIN {table.name} entry ON entry.{table.key} = found.id
            ORDER BY ts_rank(entry.words, %s::tsquery, 1)
                     * {table.scored}
                     / (1 + greatest(extract(epoch FROM now() - found.published_at), 0) / 86400 / 90) DESC,
                     found.published_at DESC, found.id DESC
            LIMIT %s OFFSET %s""",  # noqa: S608
        [*parameters, *more, JUDGED_MAX, judged, ask.size + 1, offset],
    )
    following = encode_cursor(offset + ask.size) if len(rows) > ask.size else None
    return Found([row[0] for row in rows[: ask.size]], following)


def _stream(table: _Table, ask: Ask, *, before: tuple[Any, ...] | None) -> tuple[str, list[Any]]:
    """All that fits, whoever may see it, from the newest back: (SQL, parameters)."""
    branches, parameters = [], []
    for window in _windows(before[0] if before else None, ask.since):
        where, values = ["words @@ %s::tsquery"], [vectors.text_query(ask, window.marks)]
        for condition, value in (("published_at >= %s", window.since), ("published_at < %s", window.until)):
            if value is not None:
                where.append(condition)
                values.append(value)
        if before:
            where.append(f"(published_at, {table.key}) < (%s, %s)")
            values += before
        branches.append(
            f"(SELECT {table.key} AS id, published_at FROM {table.name} WHERE {' AND '.join(where)}"  # noqa: S608
            " ORDER BY published_at DESC, 1 DESC)"
        )
        parameters += values
    return " UNION ALL ".join(branches), parameters


def _windows(until: datetime | None, since: datetime | None) -> list[_Window]:
    """From the newest back; `until` is where the page before ended. Where one ends the next begins, on whole days."""
    last = vectors.day_of(until) if until else vectors.day_of(timezone.now()) + 1
    block = (last - 19) // vectors.DAYS_PER_BLOCK
    days = [last - 3, last - 18, (block - 3) * vectors.DAYS_PER_BLOCK]
    marks = [
        [f"day{day}" for day in range(days[0], last + 1)],
        [f"day{day}" for day in range(days[1], days[0])],
        [f"block{number}" for number in range(block - 3, block + 2)],
        [],
    ]
    starts: list[datetime | None] = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in days]
    windows, end = [], None
    for mark, start in zip(marks, [*starts, None], strict=True):
        reaches = since is not None and (start is None or start <= since)
        windows.append(_Window(tuple(mark), since if reaches else start, end))
        if reaches:
            break
        end = start
    return windows


def _holds(seen: Seen) -> tuple[str, list[Any]]:
    """Whether `found.id` is among them, for each row by itself: (SQL, parameters)."""
    sql, parameters = _one_of(seen)(**seen.values)
    return f"({sql}) IS NOT NULL", parameters


@lru_cache(maxsize=128)
def _one_of(seen: Seen) -> Fragment:
    def query(any_: Any) -> "QuerySet[Any]":
        return seen.build(any_).order_by().filter(pk=RawSQL("found.id", ())).values("pk")

    return Fragment(query, *seen.values)


def _execute(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

"""How long a search takes among many posts. They are put together inside Postgres from a few thousand sentences that
were cut in Python as the index cuts them, so that words come as often as words do: a few in every third post, most
in one of thousands.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import User
from circles.models import Circle, Membership, Post
from search.engine import Name, Order, Text
from search.models import PostEntry
from search.postgres import vectors
from search.queries import Filters, posts
from search.words import parse
from tests.bench import seed
from tests.bench.people import cookies
from tests.bench.report import Figure, at_most, only_told
from tests.bench.stage import Stage

REACH_MS = 100
SENTENCES = 4000
SENTENCES_EACH = 5
FIRST_ID = 1_000_000_000
DAYS = 1000
MY_CIRCLES = 50
ASKED = 30
"""Searches of each kind, each for other words."""
RARE = "翡翠湾"
"""In twenty posts."""
_SYLLABLES = "天地人山水火风云书画琴棋诗酒花茶春夏秋冬东西南北中江河湖海日月星光金木石玉门窗桌椅车船路桥城村街巷"
_SYLLABLES += "猫狗鸟鱼马牛羊虎龙米面菜果饭汤糖盐早晚朝夕年月周时分秒高低长短大小新旧冷热红黄蓝绿黑白看听说读写走跑坐"


def speed(stage: Stage) -> list[Figure]:
    """p50 and p95 of finding, loading and marking twenty posts, in this process; then of the whole page."""
    chance = random.Random(20161125)
    words = _words(chance)
    count = stage.scale.search_posts
    stage.say(f"  {count:,} posts to search …")
    _fill(stage, chance, words)
    viewer = _member_of_many(stage)
    stage.say("  searching …")
    figures = [only_told(f"search, {count:,} posts: index", _bytes() / count, "bytes a post")]
    for name, asks in _kinds(words, viewer).items():
        for order in Order:
            taken = [_timed(viewer, typed, {**filters, "order": order}) for typed, filters in islice(asks, ASKED)]
            (p50, p95), (_, busy) = (_percentiles(column) for column in zip(*taken, strict=True))
            figures.append(only_told(f"search {name}, {order.value}: p50", p50, "ms"))
            figures.append(at_most(f"search {name}, {order.value}: p95", p95, "ms", reach=REACH_MS))
            figures.append(only_told(f"search {name}, {order.value}: CPU here and in Postgres, p95", busy, "ms"))
    return [*figures, *_page(viewer, words)]


def _kinds(words: list[str], viewer: User) -> dict[str, Iterator[tuple[str, dict[str, Any]]]]:
    """Name → what is asked, without end."""
    circles = list(Circle.objects.visible_to(viewer).order_by("-post_count")[:40])
    often, seldom = words[:40], words[600:1000]

    def each(*typed: str, **filters: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((text, filters) for text in cycle(typed))

    pairs = [f"{one} {other}" for one, other in zip(often, words[20:60], strict=True)]
    return {
        "frequent word": each(*often),
        "two frequent words": each(*pairs),
        "seldom word": each(*seldom),
        "three seldom words": each(*(" ".join(seldom[at : at + 3]) for at in range(0, 120, 3))),
        "rare word": each(RARE),
        "no such word": each("饕餮纹", "蓬荜", "zq15"),
        "one character": each(*(word[0] for word in often)),
        "two characters, no word": each(*(one[-1] + other[0] for one, other in zip(often, seldom, strict=False))),
        "with photos, this month": each(*often, with_photos=True, since="month"),
        "in my 50 circles": each(*words[:200], mine=True),
        "in one circle": ((text, {"circle": circle}) for text, circle in zip(cycle(words[:300]), cycle(circles))),
    }


def _timed(viewer: User, typed: str, filters: dict[str, Any]) -> tuple[float, float]:
    """(milliseconds passed, milliseconds of CPU in this process and in Postgres)."""
    began, busy = time.perf_counter(), _busy()
    posts(viewer, parse(typed), Filters(**filters))
    return (time.perf_counter() - began) * 1000, _busy() - busy


def _busy() -> float:
    """Milliseconds computed by this process and the one of Postgres that serves it, whatever else runs."""
    served_by = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    in_postgres = int(served_by.read_text().split()[0]) / 1e6 if served_by.exists() else 0
    return time.process_time() * 1000 + in_postgres


def _percentiles(values: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def _page(viewer: User, words: list[str]) -> list[Figure]:
    client = Client()
    client.cookies.load(cookies([viewer.pk])[0])
    times = []
    for typed in ["热身", *words[:30], *words[600:630], RARE]:
        began = time.perf_counter()
        answer = client.get("/search/", {"q": typed}, secure=True, headers={"host": "127.0.0.1"})
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    times = sorted(times[1:])
    return [
        only_told("search page, everything: p50", times[len(times) // 2], "ms"),
        at_most("search page, everything: p95", times[int(len(times) * 0.95)], "ms", reach=REACH_MS * 2),
    ]


def _words(chance: random.Random) -> list[str]:
    """Made-up words of two and three characters, those that come most often first."""
    found = dict.fromkeys("".join(chance.sample(_SYLLABLES, chance.choice((2, 2, 2, 3)))) for _ in range(1600))
    return list(found)[:1000]


def _sentences(chance: random.Random, words: list[str]) -> Iterator[str]:
    """The words by Zipf's law."""
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for _ in range(SENTENCES):
        yield "，".join("".join(chance.choices(words, weights, k=2)) for _ in range(2)) + "。"


def _fill(stage: Stage, chance: random.Random, words: list[str]) -> None:
    scale = stage.scale
    # A power of chance: the first sentences come often, the last ones seldom.
    one = f"1 + floor({SENTENCES} * power(random(), 2))::int"
    picked = f"(SELECT array_agg({one}) FROM generate_series(1, {SENTENCES_EACH}) k WHERE i > 0)"
    at = f"now() - ({scale.search_posts} - i) * interval '{DAYS} days' / {scale.search_posts}"
    made = f"""bench_made AS MATERIALIZED (
        SELECT i, {FIRST_ID} + i AS id, {at} AS at,
               1 + floor({scale.circles} * power(random(), 2))::int AS circle_id,
               1 + (i * 104729::bigint) % {scale.members} AS author_id,
               {picked} AS picked
          FROM generate_series(1, {scale.search_posts}) i)"""
    with seed._hurry(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_sentence (id int PRIMARY KEY, body text, words tsvector)")
        rows = [(n, body, _cut(body)) for n, body in enumerate(_sentences(chance, words), start=1)]
        cursor.executemany("INSERT INTO bench_sentence VALUES (%s, %s, %s::tsvector)", rows)
        cursor.execute("DROP INDEX search_post_words")
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            f"CREATE TEMP TABLE bench_post AS WITH {made}"
            f" SELECT made.*, body, words FROM bench_made made, LATERAL {_joined()} said"
        )
        body = f"bench.body || CASE WHEN i % {max(1, scale.search_posts // 20)} = 7 THEN '{RARE}' ELSE '' END"
        seed.fill(
            Post,
            "bench_post bench",
            id="bench.id",
            circle_id="circle_id",
            author_id="author_id",
            key="gen_random_uuid()",
            body=body,
            body_html=f"'<p>' || {body} || '</p>'",
            like_count="i % 40",
            is_featured="i % 100 = 0",
            published_at="at",
        )
        rare = f"CASE WHEN i % {max(1, scale.search_posts // 20)} = 7 THEN {_literal(RARE)} ELSE ''::tsvector END"
        tags = "format('''=circle%s'' ''=author%s'' ''=kindpost'' ''=day%s'' ''=block%s''',"
        tags += " circle_id, author_id, day, day / 32)"
        tags += " || CASE WHEN i % 5 = 0 THEN ' ''=photos''' ELSE '' END"
        cursor.execute(
            f"""INSERT INTO {PostEntry._meta.db_table} (post_id, words, published_at, indexed_at)
                SELECT id, words || {rare} || ({tags})::tsvector, at, now()
                  FROM (SELECT *, floor(extract(epoch FROM at) / 86400)::int AS day FROM bench_post) made"""
        )
        stage.say("  indexing …")
        cursor.execute("CREATE INDEX search_post_words ON search_postentry USING gin (words) WITH (fastupdate = off)")
        cursor.execute("UPDATE circles_circle SET is_view_gated = true WHERE id % 10 = 0")
        cursor.execute("VACUUM (ANALYZE) search_postentry, circles_post, circles_circle")


def _joined() -> str:
    """Body and words of the sentences picked."""
    terms = [f"s{n}" for n in range(1, SENTENCES_EACH + 1)]
    tables = " , ".join(f"bench_sentence {term}" for term in terms)
    where = " AND ".join(f"{term}.id = made.picked[{n}]" for n, term in enumerate(terms, start=1))
    body, words = (" || ".join(f"{term}.{column}" for term in terms) for column in ("body", "words"))
    return f"(SELECT {body} AS body, {words} AS words FROM {tables} WHERE {where})"


def _cut(body: str) -> str:
    """As the index cuts it, without tags."""
    return " ".join(part for part in vectors.of_text(Text(0, seed.timezone.now(), body)).split() if "=" not in part)


def _literal(text: str) -> str:
    return "'" + vectors.of_name(Name(0, text)).replace("'", "''") + "'::tsvector"


def _member_of_many(stage: Stage) -> User:
    person = User.objects.get(pk=stage.community.viewers[0])
    Membership.objects.filter(user=person).delete()
    Membership.objects.bulk_create(
        Membership(circle_id=pk, user=person) for pk in range(1, min(MY_CIRCLES, stage.scale.circles) + 1)
    )
    return person


def _bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [PostEntry._meta.db_table])
        return int(cursor.fetchone()[0])

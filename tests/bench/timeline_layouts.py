"""Measure layouts of the home timelines side by side, with 20,000,000 entries standing, and print one table.

    python -m tests.bench.timeline_layouts            # about ten minutes, 3 GB of disk at a time
    python -m tests.bench.timeline_layouts --small    # the same steps with 1/20 of the rows, to see that they work

A throw-away Postgres with the settings of `make run` (durable, 256 MB of shared buffers) is filled in the order in
which posts arrive: one post after the other, each into the timelines of one circle's 500 members. Members are in ten
circles; 28 days. Then for each layout: disk, one more post into 100,000 timelines, reading the newest 30 entries of
one member with the membership asked anew, and dropping a day.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from dev.postgres import Postgres

DAYS = 28
DAY = 86_400
CIRCLES = 1_000
IN_CIRCLE = 500
START = 200_000_000
"""Seconds since 2020 at which the first of the days begins."""

SCHEMA = """
    CREATE TABLE member (circle_id bigint, user_id bigint, PRIMARY KEY (circle_id, user_id));
    CREATE TABLE post (id bigint PRIMARY KEY, circle_id bigint NOT NULL, published_at timestamptz NOT NULL,
                       at integer NOT NULL, state text NOT NULL DEFAULT 'published', body text NOT NULL);
    -- Only every other person reads already; the new post goes to all of them.
    INSERT INTO member
    SELECT circle, 2 * person
      FROM generate_series(1, %(circles)s) circle
     CROSS JOIN LATERAL (SELECT 1 + (circle * 7919 + place * %(step)s) %% %(readers)s AS person
                           FROM generate_series(0, %(in_circle)s - 1) place) people
        ON CONFLICT DO NOTHING;
    INSERT INTO member SELECT 0, person FROM generate_series(1, %(audience)s) person;
    CREATE INDEX member_circles ON member (user_id, circle_id);
    INSERT INTO post (id, circle_id, published_at, at, body)
    SELECT 2 * id, 1 + (id * 617) %% %(circles)s,
           to_timestamp(1577836800 + %(start)s + id::float8 * %(days)s * 86400 / %(posts)s),
           floor(%(start)s + id::float8 * %(days)s * 86400 / %(posts)s), repeat('字', 120)
      FROM generate_series(0, %(posts)s - 1) id;
    ANALYZE;
"""


@dataclass(frozen=True)
class Layout:
    name: str
    says: str
    columns: str
    key: str
    partition_by: str = ""
    days: int = 0
    """Days a partition holds."""

    @property
    def values(self) -> str:
        return {
            "flat": "member.user_id, post.published_at, post.id, post.circle_id",
            "by_post": "member.user_id, post.id",
        }.get(self.name, "post.id, member.user_id, post.at")


LAYOUTS = [
    Layout(
        "flat",
        "member, published_at, post, circle; one table",
        "member_id bigint NOT NULL, published_at timestamptz NOT NULL, post_id bigint NOT NULL,"
        " circle_id bigint NOT NULL",
        "member_id, published_at, post_id",
    ),
    Layout(
        "by_post",
        "member, post; a partition a day's posts",
        "member_id bigint NOT NULL, post_id bigint NOT NULL",
        "member_id, post_id",
        "post_id",
        1,
    ),
    Layout(
        "by_week",
        "member (4), second (4), post; a partition a week",
        "post_id bigint NOT NULL, member_id integer NOT NULL, at integer NOT NULL",
        "member_id, at, post_id",
        "at",
        7,
    ),
    Layout(
        "by_4_days",
        "the same; a partition four days",
        "post_id bigint NOT NULL, member_id integer NOT NULL, at integer NOT NULL",
        "member_id, at, post_id",
        "at",
        4,
    ),
    Layout(
        "by_day",
        "member (4), second (4), post; a partition a day",
        "post_id bigint NOT NULL, member_id integer NOT NULL, at integer NOT NULL",
        "member_id, at, post_id",
        "at",
        1,
    ),
]

READ = {
    "flat": """
        WITH joined AS MATERIALIZED (SELECT circle_id FROM member WHERE user_id = %(member)s)
        SELECT published_at, post_id FROM entry
         WHERE member_id = %(member)s AND circle_id IN (SELECT circle_id FROM joined)
         ORDER BY published_at DESC, post_id DESC LIMIT 30""",
    "by_post": """
        WITH joined AS MATERIALIZED (SELECT circle_id FROM member WHERE user_id = %(member)s)
        SELECT post.published_at, post.id FROM entry JOIN post ON post.id = entry.post_id
         WHERE member_id = %(member)s AND circle_id IN (SELECT circle_id FROM joined)
         ORDER BY entry.post_id DESC LIMIT 30""",
    "at": """
        WITH joined AS MATERIALIZED (SELECT circle_id FROM member WHERE user_id = %(member)s)
        SELECT post.published_at, post.id
          FROM (SELECT entry.post_id FROM entry JOIN post ON post.id = entry.post_id
                 WHERE member_id = %(member)s AND circle_id IN (SELECT circle_id FROM joined)
                 ORDER BY entry.at DESC FETCH FIRST 30 ROWS WITH TIES) newest
          JOIN post ON post.id = newest.post_id
         ORDER BY 1 DESC, 2 DESC LIMIT 30""",
}


class Bench:
    def __init__(self, cursor: Any, scale: int) -> None:
        self.cursor = cursor
        self.readers = 50_000 // scale
        self.audience = 100_000 // scale
        self.circles = CIRCLES // scale
        self.posts = 40_000 // scale

    def run(self, statement: str, **values: Any) -> float:
        began = time.perf_counter()
        self.cursor.execute(statement, values or None)
        return time.perf_counter() - began

    def cpu(self) -> float:
        """Seconds of CPU the server's process has used for us: a figure that other work on the machine leaves alone."""
        used = psutil.Process(self.cursor.connection.info.backend_pid).cpu_times()
        return float(used.user + used.system)

    def one(self, statement: str) -> Any:
        self.cursor.execute(statement)
        return self.cursor.fetchone()[0]

    def community(self) -> None:
        self.run(
            SCHEMA,
            circles=self.circles,
            in_circle=IN_CIRCLE,
            readers=self.readers,
            step=97,
            audience=self.audience,
            start=START,
            days=DAYS,
            posts=self.posts,
        )

    def first_post(self, day: int) -> int:
        """Ids are even, so that there is room for new posts of the last day."""
        return 2 * (self.posts * day // DAYS)

    def partitions(self, layout: Layout) -> list[str]:
        names = []
        for day in range(0, DAYS, layout.days):
            first, last = START + day * DAY, START + (day + layout.days) * DAY
            if layout.partition_by == "post_id":
                first, last = self.first_post(day), self.first_post(day + layout.days)
            names.append(f"entry_{day:02}")
            self.run(f"CREATE TABLE {names[-1]} PARTITION OF entry FOR VALUES FROM ({first}) TO ({last})")
        return names

    def measure(self, layout: Layout) -> dict[str, Any]:
        self.run("DROP TABLE IF EXISTS entry")
        split = f"PARTITION BY RANGE ({layout.partition_by})" if layout.partition_by else ""
        self.run(f"CREATE TABLE entry ({layout.columns}, PRIMARY KEY ({layout.key})) {split}")
        parts = self.partitions(layout) if split else []
        result: dict[str, Any] = {"layout": layout.name, "says": layout.says}

        took, cpu = 0.0, self.cpu()
        for day in range(DAYS):
            took += self.run(
                f"""INSERT INTO entry
                    SELECT {layout.values}
                      FROM (SELECT * FROM post WHERE id >= %(first)s AND id < %(last)s ORDER BY id) post
                     CROSS JOIN LATERAL (SELECT user_id FROM member WHERE circle_id = post.circle_id
                                          ORDER BY user_id) member""",
                first=self.first_post(day),
                last=self.first_post(day + 1),
            )
        standing = self.one("SELECT count(*) FROM entry")
        result["standing"] = standing
        result["fill_per_s"] = round(standing / took)
        result["fill_per_cpu_s"] = round(standing / (self.cpu() - cpu))
        result["kb_of_400"] = self.kilobytes(standing)

        for name in parts[:-1]:  # nothing comes there any more
            self.run(f"REINDEX TABLE {name}")
        result["kb_of_400_packed"] = self.kilobytes(standing) if parts else None
        self.run("VACUUM ANALYZE entry")

        raw, work = [], []
        for number in range(7):
            if number % 2 == 0:
                self.run("CHECKPOINT")  # the next writes of each page are whole pages in the log
            cpu = self.cpu()
            raw.append(self.push(layout, number))
            work.append(self.cpu() - cpu)
        result["push_100k_ms"] = [round(seconds * 1000) for seconds in raw]
        result["push_100k_cpu_ms"] = [round(seconds * 1000) for seconds in work]
        result["push_per_s"] = round(self.audience / statistics.median(raw))
        result["push_per_cpu_s"] = round(self.audience / statistics.median(work))

        read = READ.get(layout.name, READ["at"])
        chance = random.Random(7)
        members = [2 * chance.randint(1, self.readers) for _ in range(400)]
        for member in members:
            self.run(read, member=member)
        cpu = self.cpu()
        times = sorted(self.run(read, member=member) * 1000 for member in members)
        result["read_cpu_ms"] = round((self.cpu() - cpu) / len(members) * 1000, 3)
        result["read_p50_ms"] = round(times[len(times) // 2], 3)
        result["read_p95_ms"] = round(times[len(times) * 95 // 100], 3)
        self.run(f"PREPARE reading (integer) AS {read.replace('%(member)s', '$1')}")
        cpu = self.cpu()
        times = sorted(self.run("EXECUTE reading (%(member)s)", member=member) * 1000 for member in members)
        result["read_prepared_cpu_ms"] = round((self.cpu() - cpu) / len(members) * 1000, 3)
        self.run("DEALLOCATE reading")
        result["read_prepared_p50_ms"] = round(times[len(times) // 2], 3)

        if parts:
            result["drop_ms"] = round(self.run(f"DROP TABLE {parts[0]}") * 1000, 1)
        else:
            until = f"to_timestamp({1577836800 + START + DAY})"
            result["drop_ms"] = round(self.run(f"DELETE FROM entry WHERE published_at < {until}") * 1000, 1)
        return result

    def push(self, layout: Layout, number: int) -> float:
        """One more post of the last day into every timeline, among the entries of that day."""
        at = START + DAYS * DAY - 60 + number
        return self.run(
            f"""INSERT INTO entry SELECT {layout.values}
                  FROM (SELECT {2 * self.posts - 2 * number - 1}::bigint AS id, 0::bigint AS circle_id,
                               to_timestamp({1577836800 + at}) AS published_at, {at} AS at) post,
                       (SELECT user_id FROM member WHERE circle_id = 0 ORDER BY user_id) member
                    ON CONFLICT DO NOTHING"""
        )

    def kilobytes(self, standing: int) -> float:
        size = self.one("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('entry')")
        if size is None:
            size = self.one("SELECT pg_total_relation_size('entry')")
        return round(float(size) / standing * 400 / 1000, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--only", nargs="*", default=[layout.name for layout in LAYOUTS])
    parser.add_argument("--folder", help="where the throw-away database lies", default=None)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="quanzi-layouts-", dir=options.folder))
    postgres = Postgres(folder / "engines", durable=True, die_with_parent=True)
    try:
        postgres.start()
        connection = psycopg2.connect(postgres.url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT version()")
            print(f"{platform.platform()}, {os.cpu_count()} CPUs, {cursor.fetchone()[0].split(',')[0]}", flush=True)
            bench = Bench(cursor, 20 if options.small else 1)
            bench.community()
            for layout in sorted(
                LAYOUTS, key=lambda layout: options.only.index(layout.name) if layout.name in options.only else 0
            ):
                if layout.name in options.only:
                    began = time.monotonic()
                    print(json.dumps(bench.measure(layout)), f"[{time.monotonic() - began:.0f} s]", flush=True)
        connection.close()
    finally:
        postgres.stop()
        postgres.discard()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

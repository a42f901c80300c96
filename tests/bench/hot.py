"""One hot circle: many people post and comment there at once, through the API, at a given rate.

What is asked of it: no request fails, floors are numbered 1, 2, 3 … without a gap and none twice, and every counter
equals the rows it counts.
"""

from __future__ import annotations

import json
import selectors
import time
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max

from circles.models import Circle, Comment, Membership, Post, PostTopic, Publication, Topic
from tests.bench.load import Connection, LoadFailed, request
from tests.bench.people import bearer
from tests.bench.report import Figure, at_most, only_told
from tests.bench.stage import NotMeasured, Stage, last_job, wait_for_jobs

POSTS_PER_SECOND, COMMENTS_PER_SECOND = 40, 200
WRITERS, CONNECTIONS = 80, 24
HOTTEST = 0.5
"""The part of the comments that go to one post; the others go to the newest ones."""
NEWEST = 30
TOPIC = "热帖"


@dataclass
class Tally:
    sent: dict[str, int] = field(default_factory=lambda: {"post": 0, "comment": 0})
    answers: list[float] = field(default_factory=list)
    """Seconds from the moment a request was due to its answer."""
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


def circle(stage: Stage) -> list[Figure]:
    """Write at the rate, wait for the jobs that follow, and count."""
    place = Circle.objects.get(pk=stage.community.seen_circle)
    members = Membership.objects.active().filter(circle=place).order_by("user_id")
    tokens = [bearer(pk) for pk in members.values_list("user_id", flat=True)[:WRITERS]]
    # Seeded counters are about right; from here on they must be exact.
    Circle.objects.filter(pk=place.pk).update(post_count=_posts(place).count())
    before, first = last_job(), Post.objects.aggregate(last=Max("pk"))["last"] or 0
    tally = _write(stage, place, tokens, seconds=stage.scale.hot_seconds)
    stage.say(f"  {tally.sent} in {tally.seconds:.1f} s, {len(tally.errors)} errors {tally.errors[:3]}")
    ended = time.monotonic()
    done, jobs = wait_for_jobs(before)
    stage.say(f"  {jobs:,} jobs were done {done - ended:.0f} s later")
    wrong, off = _wrong_floors(place, first), _wrong_counters(place, first)
    for line in [*wrong, *off][:5]:
        stage.say(f"  {line}")
    if not tally.answers:
        raise NotMeasured("Nothing was answered.")
    ordered = sorted(tally.answers)
    rate = f"{POSTS_PER_SECOND} posts/s and {COMMENTS_PER_SECOND} comments/s wanted, {stage.scale.hot_seconds:.0f} s"
    return [
        only_told(f"hot circle: posts ({rate})", tally.sent["post"] / tally.seconds, "1/s"),
        only_told("hot circle: comments", tally.sent["comment"] / tally.seconds, "1/s"),
        only_told("hot circle: p95 from due to answered", ordered[int(len(ordered) * 0.95)] * 1000, "ms"),
        at_most("hot circle: errors", len(tally.errors), "", reach=0),
        at_most("hot circle: gaps and doubles in floors", len(wrong), "", reach=0),
        at_most("hot circle: counters that differ from rows", len(off), "", reach=0),
    ]


def _write(stage: Stage, place: Circle, tokens: list[str], *, seconds: float) -> Tally:
    """Send what is due on free connections; what finds none waits, and its waiting counts."""
    chance, tally = Random(5), Tally()
    newest: deque[int] = deque([_publish_first(stage, place, tokens[0])], maxlen=NEWEST)
    hottest = newest[0]
    rate = POSTS_PER_SECOND + COMMENTS_PER_SECOND
    total = int(rate * seconds)
    kinds = ["post"] * round(total * POSTS_PER_SECOND / rate)
    kinds += ["comment"] * (total - len(kinds))
    chance.shuffle(kinds)
    free = [Connection(stage.port) for _ in range(CONNECTIONS)]
    busy: dict[Connection, tuple[str, float]] = {}
    began, place_in_line = time.perf_counter(), 0
    with selectors.DefaultSelector() as selector:
        for one in free:
            selector.register(one.socket, selectors.EVENT_READ, one)
        try:
            while place_in_line < total or busy:
                now = time.perf_counter() - began
                while free and place_in_line < total and place_in_line / rate <= now:
                    kind, due = kinds[place_in_line], began + place_in_line / rate
                    one, place_in_line = free.pop(), place_in_line + 1
                    to = hottest if chance.random() < HOTTEST else chance.choice(newest)
                    one.send(_asked(kind, place, to, chance, chance.choice(tokens)))
                    busy[one] = (kind, due)
                for key, _ in selector.select(0.005):
                    one = key.data
                    if one not in busy or not one.receive():
                        continue
                    kind, due = busy.pop(one)
                    free.append(one)
                    tally.answers.append(time.perf_counter() - due)
                    if one.status == 201:
                        tally.sent[kind] += 1
                        if kind == "post":
                            newest.append(json.loads(b"".join(one.body))["id"])
                    else:
                        tally.errors.append(f"{kind} {one.status}: {b''.join(one.body)[:120]!r}")
        except LoadFailed as error:
            tally.errors.append(str(error))
        finally:
            for one in [*free, *busy]:
                one.close()
    tally.seconds = time.perf_counter() - began
    return tally


def _publish_first(stage: Stage, place: Circle, token: str) -> int:
    one = Connection(stage.port)
    try:
        status, answer = one.ask(_asked("post", place, 0, Random(4), token))
    finally:
        one.close()
    if status != 201:
        raise NotMeasured(f"The API answered {status}: {answer[:300]!r}")
    return int(json.loads(answer)["id"])


def _asked(kind: str, place: Circle, post_id: int, chance: Random, token: str) -> bytes:
    path = f"/api/v1/circles/{place.slug}/posts/" if kind == "post" else f"/api/v1/posts/{post_id}/comments/"
    body: dict[str, Any] = {"key": str(UUID(int=chance.getrandbits(128), version=4))}
    body["body"] = f"#{TOPIC}# 今天的第 {chance.randrange(10**6)} 条" if kind == "post" else "说得好，顶一楼。"
    headers = {"Authorization": token}
    return request(path, method="POST", headers=headers, body=json.dumps(body).encode())


def _posts(place: Circle) -> Any:
    return Post.objects.filter(circle=place, state=Publication.PUBLISHED)


def _wrong_floors(place: Circle, after: int) -> list[str]:
    """One line for each post whose floors are not 1, 2, 3 … up to the highest number given."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT post.id, post.floor_count, count(said.floor), count(DISTINCT said.floor), max(said.floor)
                 FROM circles_post post LEFT JOIN circles_comment said ON said.post_id = post.id
                WHERE post.circle_id = %s AND post.id > %s GROUP BY post.id
               HAVING NOT (post.floor_count = count(said.floor) AND count(said.floor) = count(DISTINCT said.floor)
                           AND coalesce(max(said.floor), 0) = count(said.floor))""",
            [place.pk, after],
        )
        return [f"floors of post {row[0]}: {row[1:]}" for row in cursor.fetchall()]


def _wrong_counters(place: Circle, after: int) -> list[str]:
    place.refresh_from_db()
    found = []
    if place.post_count != (rows := _posts(place).count()):
        found.append(f"posts of the circle: {place.post_count} counted, {rows} rows")
    said = Comment.objects.filter(post__circle=place, post_id__gt=after, state=Publication.PUBLISHED)
    rows_of = dict(said.values_list("post").annotate(number=Count("pk")))
    for pk, counted in _posts(place).filter(pk__gt=after).values_list("pk", "comment_count"):
        if counted != rows_of.get(pk, 0):
            found.append(f"comments of post {pk}: {counted} counted, {rows_of.get(pk, 0)} rows")
    for topic in Topic.objects.filter(circle=place):
        rows = PostTopic.objects.filter(topic=topic, post__state=Publication.PUBLISHED).count()
        if topic.post_count != rows:
            found.append(f"posts of topic {topic.pk}: {topic.post_count} counted, {rows} rows")
    return found

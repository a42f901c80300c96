"""The broker stopped, hung and flushed while people post through the web server."""

from __future__ import annotations

import time

from tests.bench.report import Figure
from tests.faults import community
from tests.faults.stage import Stage
from tests.faults.visitors import Poster, people_posting

SLOWEST = 10.0
"""A post may wait for a broker that does not answer, but not longer than people do."""


def away(stage: Stage) -> list[Figure]:
    circle = community.circle(min(stage.scale.members, 1000))
    stage.say(f"  the broker is stopped for {stage.scale.broker_seconds:.0f} s …")
    found = _meanwhile(stage, circle, "broker stopped", lambda: _stopped(stage))
    stage.say(f"  the broker hangs for {stage.scale.hung_seconds:.0f} s …")
    return found + _meanwhile(stage, circle, "broker hung", lambda: _hung(stage))


def _stopped(stage: Stage) -> None:
    stage.engines.broker.stop()
    time.sleep(stage.scale.broker_seconds)
    stage.engines.broker.start()


def _hung(stage: Stage) -> None:
    with stage.hung_broker():
        time.sleep(stage.scale.hung_seconds)


def _meanwhile(stage, circle, name, breaks) -> list[Figure]:  # type: ignore[no-untyped-def]
    before = community.last_job()
    posters = stage.posters(circle)
    with people_posting(posters):
        time.sleep(0.5)
        breaks()
        back = time.monotonic()
        time.sleep(0.5)
    stage.until_done(before)
    took = time.monotonic() - back
    return [
        *_posted(name, posters),
        community.within(f"{name}: backlog empty after its return", took, 60),
        *community.entries(name, dict.fromkeys(acknowledged(posters), circle.member_count)),
        community.dead(name, before),
    ]


def _posted(name: str, posters: list[Poster]) -> list[Figure]:
    slowest = max(second for poster in posters for second in poster.seconds)
    return [
        community.told(f"{name}: posts", len(acknowledged(posters))),
        community.none(f"{name}: failed posts", sum(len(poster.failures) for poster in posters)),
        community.within(f"{name}: slowest post", slowest, SLOWEST),
    ]


def acknowledged(posters: list[Poster]) -> list[int]:
    return [post for poster in posters for post in poster.acknowledged.values()]


def flushed(stage: Stage) -> list[Figure]:
    """FLUSHALL of broker and cache again and again while posts go out to everybody and people post."""
    scale = stage.scale
    told = community.circle(min(scale.members, 5_000), level="all")
    pushed = community.circle(min(scale.members, 50_000))
    before = community.last_job()
    posters = stage.posters(pushed, count=1)
    announced = community.publish(told)
    with people_posting(posters):
        for _ in range(scale.flushes):
            time.sleep(stage.chance.uniform(0.1, 0.5))
            stage.flush_both()
    last = time.monotonic()
    stage.until_done(before)
    took = time.monotonic() - last
    audiences = dict.fromkeys(acknowledged(posters), pushed.member_count)
    return [
        community.told("flush: FLUSHALL of broker and cache", scale.flushes),
        *_posted("flush", posters),
        community.within("flush: last effect after the last flush", took, 60),
        *community.entries("flush", {announced.pk: told.member_count, **audiences}),
        *community.notices("flush", {announced.pk: told.member_count - 1}),
        community.dead("flush", before),
    ]

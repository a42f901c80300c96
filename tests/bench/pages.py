"""How many pages a second, beside the plain one-query view; what a page costs the engines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import redis
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from circles.models import Post
from tests.bench.load import Connection, press
from tests.bench.report import Figure, at_least, at_most, only_told
from tests.bench.stage import NotMeasured, Stage

CONNECTIONS = 16
"""The kernel deals them out to the web processes by chance: of a few, all may go to one."""
CARDS = 20


def speed(stage: Stage) -> list[Figure]:
    """Each page and the floor in turns, so that a noisy moment of the machine meets both."""
    circles = [1 + place for place in range(min(10, stage.scale.circles))]
    floor = stage.pages(*(f"/bench/plain/{circle}/" for circle in circles))
    pages = {
        "home, 20 photo posts, logged in": (stage.pages("/"), 0.45),
        "circle page, logged in": (stage.pages(*(f"/circles/bench-{circle}/" for circle in circles)), 0.4),
        "post page, 20 floors, logged in": (stage.pages(*(f"/posts/{pk}/" for pk in stage.community.talked_of)), 0.4),
    }
    _require_photos(stage)
    for requests in (floor, *(requests for requests, _ in pages.values())):
        # Until every page was asked for some times in each worker.
        most = CONNECTIONS * len(requests)
        press(stage.port, requests, connections=CONNECTIONS, seconds=stage.scale.warm_up, at_least=most)
    rates: dict[str, list[float]] = {name: [] for name in pages}
    floors: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(stage.scale.rounds):
        for name, (requests, _) in pages.items():
            floors[name].append(_rate(stage, floor))
            rates[name].append(_rate(stage, requests))
        told = ", ".join(f"{rates[name][-1]:.0f} to {floors[name][-1]:.0f}" for name in pages)
        stage.say(f"  round {number + 1}: {told} a second")
    return [
        at_least(name, median(rates[name]), "requests/s", floor=median(floors[name]), reach=reach)
        for name, (_, reach) in pages.items()
    ]


def costs(stage: Stage) -> list[Figure]:
    """SQL queries and Redis round trips of a warm page, counted at the drivers."""
    found = []
    pages = {
        "home": ("/", 6),
        "circle page": ("/circles/bench-1/", None),
        "post page": (f"/posts/{stage.community.talked_of[0]}/", None),
    }
    for name, (path, reach) in pages.items():
        queries, trips = _count(path, stage.cookies[0])
        title = f"{name}: SQL queries"
        found.append(only_told(title, queries, "") if reach is None else at_most(title, queries, "", reach=reach))
        found.append(only_told(f"{name}: Redis round trips", trips, ""))
    return found


def after_flush(stage: Stage) -> list[Figure]:
    """The first page each time the cache was emptied."""
    page = stage.pages("/")[0]
    seconds = []
    for _ in range(5):
        _ask(stage, page)
        cache.clear()
        seconds.append(_ask(stage, page))
    return [at_most("home, first page after FLUSHALL", max(seconds) * 1000, "ms", reach=300)]


def _rate(stage: Stage, requests: list[bytes]) -> float:
    return press(stage.port, requests, connections=CONNECTIONS, seconds=stage.scale.seconds).rate


def _ask(stage: Stage, page: bytes) -> float:
    connection = Connection(stage.port)
    try:
        began = time.perf_counter()
        status, _ = connection.ask(page)
        if status != 200:
            raise NotMeasured(f"The site answered {status}.")
        return time.perf_counter() - began
    finally:
        connection.close()


def _require_photos(stage: Stage) -> None:
    """Home shows CARDS posts, each with a photo; else another page would be measured than is said."""
    shown = Connection(stage.port)
    try:
        for page in stage.pages("/"):
            status, body = shown.ask(page)
            cards = body.count(b"<article")
            photos = body.count(b"/card.webp") + body.count(b"/large.webp") + body.count(b"/thumb.webp")
            if status != 200 or cards < CARDS or photos < CARDS:
                raise NotMeasured(f"Home answers {status} with {cards} posts and {photos} photos.")
    finally:
        shown.close()
    if Post.objects.filter(pk__in=stage.community.talked_of, floor_count__gte=CARDS).count() != len(
        stage.community.talked_of
    ):
        raise NotMeasured("The posts have too few floors.")


def _count(path: str, cookie: str) -> tuple[int, int]:
    """(SQL queries, Redis round trips) of the third request for `path`."""
    client = Client(raise_request_exception=True)
    client.cookies.load(cookie)
    for _ in range(2):
        answer = client.get(path, secure=True, headers={"host": "127.0.0.1", "accept-language": "zh-CN"})
        if answer.status_code != 200:
            raise NotMeasured(f"{path} answered {answer.status_code}.")
    with CaptureQueriesContext(connection) as captured, _round_trips() as trips:
        client.get(path, secure=True, headers={"host": "127.0.0.1", "accept-language": "zh-CN"})
    return len(captured), len(trips)


@contextmanager
def _round_trips() -> Iterator[list[None]]:
    """One item each time something is sent to Redis: a command, or a pipeline of them."""
    trips: list[None] = []
    wrapped = redis.connection.AbstractConnection.send_packed_command

    def send(self, *arguments, **options):  # type: ignore[no-untyped-def]
        trips.append(None)
        return wrapped(self, *arguments, **options)

    redis.connection.AbstractConnection.send_packed_command = send
    try:
        yield trips
    finally:
        redis.connection.AbstractConnection.send_packed_command = wrapped

"""People at the site: they post through the API as apps do, and read pages, and remember every answer."""

from __future__ import annotations

import itertools
import json
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from tests.bench.load import Connection, LoadFailed, request

GAVE_UP = 60.0
ANY_KEY = UUID(int=0)
"""Stands for a new key each time a request is sent."""
KEPT = 5
"""Connections that half of a `Load` keeps to."""


def posting(path: str, token: str, key: str, **words: object) -> bytes:
    body = json.dumps({"body": f"今天的消息 {key}", "key": key, **words}).encode()
    return request(path, method="POST", headers={"Authorization": token}, body=body)


def ask(port: int, asked: bytes) -> tuple[int, bytes]:
    """One request on a connection of its own. Raises OSError or LoadFailed."""
    connection = Connection(port)
    try:
        return connection.ask(asked)
    finally:
        connection.close()


@dataclass
class Poster(threading.Thread):
    """Posts again and again until it is stopped. `insists`: repeats what failed under the same key."""

    port: int
    path: str
    token: str
    every: float = 0.2
    insists: bool = False
    acknowledged: dict[str, int] = field(default_factory=dict)
    """Key → id of the post, as the site said."""
    failures: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped = threading.Event()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.stopped.wait(self.every):
            key = str(uuid4())
            gives_up = time.monotonic() + GAVE_UP
            while not self.post(key) and self.insists and time.monotonic() < gives_up:
                time.sleep(0.1)

    def post(self, key: str) -> bool:
        began = time.monotonic()
        try:
            status, answer = ask(self.port, posting(self.path, self.token, key))
        except (OSError, LoadFailed) as error:
            self.failures.append(repr(error))
            return False
        self.seconds.append(time.monotonic() - began)
        if status not in (200, 201):
            self.failures.append(f"{status}")
            return False
        self.acknowledged[key] = json.loads(answer)["id"]
        return True


@contextmanager
def people_posting(posters: Sequence[Poster]) -> Iterator[None]:
    for poster in posters:
        poster.start()
    try:
        yield
    finally:
        for poster in posters:
            poster.stopped.set()
        for poster in posters:
            poster.join(GAVE_UP + 40)


class Load:
    """So many requests a second, half of them on a connection each, half on a few connections that are kept.

    A connection the site has closed while nothing was asked on it is opened anew, as browsers and proxies do; so is one
    that the site was closing while a request was on its way, where it ends without a byte of an answer, and what was
    asked is asked again, once (RFC 9112, 9.3.1: posts carry a key, so none is made twice). Whatever else was sent must
    be answered.
    """

    def __init__(self, port: int, requests: Sequence[bytes], *, per_second: float, kept: int = KEPT) -> None:
        self.port = port
        self.turn = itertools.cycle(requests)
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0
        self.crossed = 0
        """Requests that crossed the closing of an idle connection and were asked again."""
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.half = 2 / per_second
        self.kept = kept
        self.threads = [threading.Thread(target=self._arrive, daemon=True)]
        self.threads += [threading.Thread(target=self._stay, daemon=True) for _ in range(kept)]

    def __enter__(self) -> Load:
        for thread in list(self.threads):
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        for thread in list(self.threads):
            thread.join(60)

    @property
    def asked(self) -> int:
        return sum(self.answers.values())

    @property
    def failed(self) -> Counter[str]:
        return Counter({what: count for what, count in self.answers.items() if what not in ("200", "201")})

    def _arrive(self) -> None:
        """New people: each has a connection of their own, and none waits for another."""
        due = time.monotonic()
        while not self.stopped.is_set():
            guest = threading.Thread(target=self._once, daemon=True)
            guest.start()
            self.threads.append(guest)
            due += self.half
            self.stopped.wait(max(0.0, due - time.monotonic()))

    def _once(self) -> None:
        self._ask(None)

    def _stay(self) -> None:
        connection: Connection | None = None
        while not self.stopped.is_set():
            if connection is not None and _was_closed(connection.socket):
                connection.close()
                connection = None
            connection = self._ask(connection, keep=True)
            self.stopped.wait(self.half * self.kept)
        if connection is not None:
            connection.close()

    def _ask(self, connection: Connection | None, *, keep: bool = False) -> Connection | None:
        with self.lock:
            asked = next(self.turn)
        asked = asked.replace(str(ANY_KEY).encode(), str(uuid4()).encode())
        began = time.monotonic()
        was_kept = connection is not None
        try:
            connection = connection or Connection(self.port)
            try:
                status, _ = connection.ask(asked)
            except (ConnectionError, LoadFailed):
                if not was_kept or connection.head:
                    raise
                connection.close()
                self.crossed += 1
                connection = Connection(self.port)
                status, _ = connection.ask(asked)
                if status == 200 and asked.startswith(b"POST"):
                    raise LoadFailed("Was posted, but not answered, before it was asked again.") from None
        except (OSError, LoadFailed) as error:
            self._note(f"{error!r} on a {'kept' if was_kept else 'new'} connection", time.monotonic() - began)
            return None
        self._note(str(status), time.monotonic() - began)
        if keep and b"connection: close" not in connection.head:
            return connection
        connection.close()
        return None

    def _note(self, answer: str, seconds: float) -> None:
        with self.lock:
            self.answers[answer] += 1
            self.slowest = max(self.slowest, seconds)


def _was_closed(kept: socket.socket) -> bool:
    """Nothing was asked on it, so all there is to read is the end."""
    return bool(select.select([kept], [], [], 0)[0])

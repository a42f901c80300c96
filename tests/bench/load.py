"""A load generator on raw keep-alive sockets: requests are bytes made beforehand, answers are counted, not read.

So cheap that on two cores it leaves them to the site. Also a program, for load in the background:

    python -m tests.bench.load < {"port": 8000, "requests": [...], "connections": 2, "seconds": 30}
"""

from __future__ import annotations

import json
import selectors
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

CHUNK = 1 << 18
PATIENCE = 30.0


class LoadFailed(Exception):
    """The site did not answer as it should have."""


@dataclass
class Result:
    seconds: float
    latencies: list[float] = field(default_factory=list)
    """Seconds from the first byte sent to the last one received, one an answer."""

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which `share` of the answers came."""
        if not self.latencies:
            raise LoadFailed("There was no answer at all.")
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of one request, as a reverse proxy with TLS in front would hand it on."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "X-Forwarded-Proto: https", "Accept-Language: zh-CN"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Connection:
    """One keep-alive connection that has at most one request under way."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.started = 0.0
        self.head = b""
        self.body: list[bytes] = []
        self.missing = -1
        self.chunked = False

    def send(self, request: bytes) -> None:
        self.head, self.body, self.missing, self.chunked = b"", [], -1, False
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; True when the answer is complete."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise LoadFailed("The site closed a connection.")
        if self.missing < 0 and not self.chunked:
            self.head += part
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            part, self.head = self.head[end + 4 :], self.head[: end + 2].lower()
            at = self.head.find(b"\r\ncontent-length:")
            self.chunked = at < 0
            if not self.chunked:
                self.missing = int(self.head[at + 17 : self.head.find(b"\r\n", at + 17)])
        self.body.append(part)
        if self.chunked:
            return b"".join(self.body[-2:]).endswith(b"0\r\n\r\n")
        self.missing -= len(part)
        return self.missing <= 0

    @property
    def status(self) -> int:
        return int(self.head[9:12])

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send, and wait for the whole answer: (status, body)."""
        self.send(request)
        while not self.receive():
            pass
        return self.status, b"".join(self.body)

    def close(self) -> None:
        self.socket.close()


def press(port: int, requests: Sequence[bytes], *, connections: int, seconds: float, at_least: int = 0) -> Result:
    """Keep `connections` busy with `requests` in turn for that long and that many, and until the last answer is there:
    what is left under way would be work for whoever measures next. Raises LoadFailed unless all answers are 200.
    """
    turn = cycle(requests)
    result = Result(seconds)
    with selectors.DefaultSelector() as selector:
        open_ones = [Connection(port) for _ in range(connections)]
        try:
            started = time.perf_counter()
            for connection in open_ones:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(next(turn))
            while selector.get_map():
                ready = selector.select(PATIENCE)
                if not ready:
                    raise LoadFailed(f"No answer within {PATIENCE:.0f} s.")
                for key, _ in ready:
                    connection = key.data
                    if not connection.receive():
                        continue
                    if connection.status != 200:
                        raise LoadFailed(f"The site answered {connection.status}.")
                    now = time.perf_counter()
                    result.latencies.append(now - connection.started)
                    if now - started < seconds or len(result.latencies) < at_least:
                        connection.send(next(turn))
                    else:
                        selector.unregister(connection.socket)
            result.seconds = time.perf_counter() - started
        finally:
            for connection in open_ones:
                connection.close()
    return result


def visit(port: int, requests: Sequence[bytes], *, every: float, seconds: float) -> Result:
    """One request every `every` seconds: how long people wait on a site that is not full. As `press` otherwise."""
    turn = cycle(requests)
    result = Result(seconds)
    connection = Connection(port)
    try:
        started = time.perf_counter()
        while (now := time.perf_counter()) - started < seconds:
            status, _ = connection.ask(next(turn))
            if status != 200:
                raise LoadFailed(f"The site answered {status}.")
            took = time.perf_counter() - now
            result.latencies.append(took)
            time.sleep(max(0.0, every - took))
        result.seconds = time.perf_counter() - started
    finally:
        connection.close()
    return result


def main() -> None:
    wanted = json.load(sys.stdin)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    found = press(
        wanted["port"],
        [text.encode() for text in wanted["requests"]],
        connections=wanted["connections"],
        seconds=wanted["seconds"],
    )
    json.dump({"rate": found.rate, "p95": found.percentile(0.95)}, sys.stdout)


if __name__ == "__main__":
    main()

"""What every scenario stands on: engines that may be broken, the running site, its workers, its people."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis
from django.db import connection
from psutil import Process as AnyProcess

from circles.models import Circle
from dev.engines import ROOT, Engines
from dev.valkey import free_port
from tests.bench.processes import Process
from tests.faults.community import unfinished
from tests.faults.crew import Crew, wait_until
from tests.faults.scales import Scale
from tests.faults.visitors import Poster

PATIENCE = 240.0


@dataclass
class Stage:
    scale: Scale
    folder: Path
    engines: Engines
    crew: Crew
    port: int
    web: list[Process]
    """The web server; during a rolling restart the old one and the new one."""
    say: Callable[[str], None]
    tokens: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def until(self, condition: Callable[[], bool], patience: float = PATIENCE, *, every: float = 0.05) -> float:
        """Until it holds, with a supervisor that starts again what has ended; how many seconds it took."""

        def is_so() -> bool:
            self.crew.tend()
            return condition()

        return wait_until(is_so, patience, every=every)

    def until_done(self, after: int, patience: float = PATIENCE) -> float:
        """Until all jobs newer than `after` are over."""
        return self.until(lambda: unfinished(after) == 0, patience)

    def posters(self, circle: Circle, *, count: int = 2, insists: bool = False) -> list[Poster]:
        path = f"/api/v1/circles/{circle.slug}/posts/"
        return [Poster(self.port, path, self.tokens[number], insists=insists) for number in range(count)]

    def start_web(self) -> Process:
        """One more web server on the port: each process listens on a socket of its own, the kernel deals people out."""
        process = Process(f"web.{time.monotonic_ns()}", web_command(self.port), self.folder)
        process.wait_until(lambda: "Started worker-2" in process.output())
        self.web.append(process)
        return process

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def flush_both(self) -> None:
        for variable in ("BROKER_URL", "REDIS_URL"):
            with redis.Redis.from_url(os.environ[variable]) as client:
                client.flushall()

    @contextmanager
    def hung_broker(self) -> Iterator[None]:
        """It takes connections and answers nothing, as a machine that swaps or a network that swallows packets."""
        process = self.engines.broker._process()
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def restart_postgres(self, *, crash: bool) -> float:
        """Stop and start it, or kill it with all it has open; seconds until the site says that it is ready."""
        connection.close()
        postgres = self.engines.postgres
        began = time.monotonic()
        if crash:
            process = postgres._process()
            assert process is not None
            family: list[AnyProcess] = [process, *process.children(recursive=True)]
            for one in family:
                with suppress(Exception):
                    one.kill()
        else:
            postgres.stop()
        postgres.start()
        wait_until(self.is_ready)
        return time.monotonic() - began


def web_command(port: int) -> list[str]:
    """The web server of production, word for word but for its address."""
    said = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("CMD "))
    words: list[str] = json.loads(said.removeprefix("CMD "))
    words[words.index("--host") + 1], words[words.index("--port") + 1] = "127.0.0.1", str(port)
    return [sys.executable, "-m", *words]


@contextmanager
def web(folder: Path) -> Iterator[tuple[int, list[Process]]]:
    port = free_port()
    process = Process("web", web_command(port), folder)
    running = [process]
    try:
        process.wait_until(lambda: "Started worker-2" in process.output())
        yield port, running
    finally:
        for one in running:
            one.stop()

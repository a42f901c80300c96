"""What every measurement stands on: the seeded community, the running site, its people."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection

from core.models import Job, JobState
from dev.engines import ROOT
from tests.bench.load import Connection, LoadFailed, request
from tests.bench.scales import Scale
from tests.bench.seed import Community

PATIENCE = 300.0


class NotMeasured(Exception):
    """Why a figure could not be taken."""


@dataclass(frozen=True)
class Stage:
    scale: Scale
    community: Community
    folder: Path
    port: int
    cookies: Sequence[str]
    """Of the viewers."""
    token: str
    """Of the speaker."""
    say: Callable[[str], None]

    def pages(self, *paths: str) -> list[bytes]:
        """Requests for the paths in turn, each by another viewer."""
        many = max(len(paths), len(self.cookies))
        return [
            request(paths[turn % len(paths)], headers={"Cookie": self.cookies[turn % len(self.cookies)]})
            for turn in range(many)
        ]

    def publish(self, path: str, body: str) -> tuple[float, dict[str, Any]]:
        """Post through the API; (the moment it was sent, what the API answered)."""
        asked = request(
            path,
            method="POST",
            headers={"Authorization": self.token},
            body=json.dumps({"body": body, "key": str(uuid4())}).encode(),
        )
        connection = Connection(self.port)
        try:
            began = time.monotonic()
            status, answer = connection.ask(asked)
        finally:
            connection.close()
        if status != 201:
            raise NotMeasured(f"The API answered {status}: {answer[:300]!r}")
        return began, json.loads(answer)

    def until_seen(self, asked: Sequence[bytes], text: str, *, patience: float = 60.0) -> float:
        """Ask each page again and again until all of them show `text`; the moment of the last."""
        connection = Connection(self.port)
        try:
            deadline = time.monotonic() + patience
            for page in asked:
                while text.encode() not in connection.ask(page)[1]:
                    if time.monotonic() > deadline:
                        raise NotMeasured(f"Not seen within {patience:.0f} s.")
                    time.sleep(0.01)
            return time.monotonic()
        finally:
            connection.close()

    @contextmanager
    def read_load(self, requests: Sequence[bytes], *, connections: int, seconds: float = 3600) -> Iterator[None]:
        """People reading while the block runs. Raises NotMeasured if they could not."""
        wanted = {"port": self.port, "requests": [page.decode() for page in requests], "connections": connections}
        command = [sys.executable, "-m", "tests.bench.load"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert process.stdin is not None
        process.stdin.write(json.dumps({**wanted, "seconds": seconds}))
        process.stdin.close()
        try:
            time.sleep(1)
            yield
            if process.poll() is not None:
                raise NotMeasured("The readers gave up.")
        finally:
            process.terminate()
            process.wait(10)


def last_job() -> int:
    """The newest job there is."""
    return Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def wait_for_jobs(after: int, *, patience: float = PATIENCE) -> tuple[float, int]:
    """Until every job newer than `after` is over: (that moment, how many there were). Dead ones raise NotMeasured."""
    deadline = time.monotonic() + patience
    states = ["count(*)"]
    states += [f"count(*) FILTER (WHERE state IN ({state}))" for state in ("'waiting', 'running'", "'dead'")]
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(states)} FROM core_job WHERE id > %s", [after])
            count, open_ones, dead = cursor.fetchone()
        if dead:
            error = Job.objects.filter(pk__gt=after, state=JobState.DEAD).values_list("error", flat=True)[0]
            raise NotMeasured(f"A job died: {error[-500:]}")
        if count and not open_ones:
            return time.monotonic(), count
        if time.monotonic() > deadline:
            raise NotMeasured(f"{open_ones} of {count} jobs were not done within {patience:.0f} s.")
        time.sleep(0.004)


__all__ = ["LoadFailed", "NotMeasured", "Stage", "last_job", "wait_for_jobs"]

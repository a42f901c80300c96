"""Signs of life in Postgres: each worker process writes one every few seconds, and so does the sweep."""

import os
import socket
import threading
from collections.abc import Iterable, Sequence

import structlog
from django.db import connection
from django.db.models.functions import Now

from core.jobs.models import Heartbeat

log = structlog.get_logger(__name__)

SWEEP = "sweep"
SECONDS = 5.0


def beat(name: str, queues: Sequence[str] = ()) -> None:
    """Write down that `name` is alive now, by the clock of Postgres."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name[:120], queues=list(queues), seen_at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["queues", "seen_at"],
    )


class Pulse:
    """A thread of a worker's main process that beats until it is stopped."""

    def __init__(self, worker: str, queues: Iterable[str]) -> None:
        self.name = f"worker:{worker}:{socket.gethostname()}:{os.getpid()}"
        self.queues = sorted(queues)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """End, and take back the sign of life: from now on nobody serves these queues."""
        self.stopped.set()
        self.thread.join(2)

    def _run(self) -> None:
        while not self.stopped.is_set():
            self._try(lambda: beat(self.name, self.queues))
            self.stopped.wait(SECONDS)
        self._try(lambda: Heartbeat.objects.filter(name=self.name).delete())

    def _try(self, write: object) -> None:
        try:
            write()  # type: ignore[operator]
        except Exception as error:  # Postgres is away: it will be told again
            log.warning("heartbeat_not_written", error=type(error).__name__)
        finally:
            connection.close()  # nothing may be open when the pool forks

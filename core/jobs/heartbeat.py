"""Signs of life in Postgres: each worker process writes one every few seconds, and so does the sweep."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence

import structlog
from django.db import connection
from django.db.models.functions import Now

from core.jobs.models import Heartbeat

log = structlog.get_logger(__name__)

SWEEP = "sweep"
SECONDS = 5.0
GRACE = 0.1
"""Until Postgres has noticed that a process is gone."""


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

    def __init__(
        self,
        worker: str,
        queues: Iterable[str],
        *,
        when_called: Callable[[], None],
        at_each_beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = f"worker:{worker}:{socket.gethostname()}:{os.getpid()}"
        self.queues = sorted(queues)
        self.when_called = when_called
        self.at_each_beat = at_each_beat
        self.called = threading.Event()
        self.stopping = False
        self.thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def call(self) -> None:
        """Have the thread do `when_called` in a moment."""
        self.called.set()

    def end(self) -> None:
        """As soon as it can; does not wait, so it may be said inside a signal handler."""
        self.stopping = True
        self.called.set()

    def stop(self) -> None:
        """End, and take back the sign of life: from now on nobody serves these queues."""
        self.end()
        self.thread.join(2)

    def _run(self) -> None:
        while not self.stopping:
            self._try(lambda: beat(self.name, self.queues))
            self._try(self.at_each_beat)
            if self.called.wait(SECONDS) and not self.stopping:
                self.called.clear()
                time.sleep(GRACE)
                self._try(self.when_called)
        self._try(lambda: Heartbeat.objects.filter(name=self.name).delete())

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except Exception as error:  # Postgres is away: it will be told again
            log.warning("heartbeat_not_written", error=type(error).__name__)
        finally:
            connection.close()  # nothing may be open when the pool forks

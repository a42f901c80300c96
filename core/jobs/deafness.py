"""A worker that lives and hears no wake-up any more. The one remedy that helps against every cause: start it anew."""

import os
import signal
import time
from collections.abc import Iterable
from datetime import timedelta

import redis
import structlog
from celery.worker import state
from django.conf import settings
from django.db.models.functions import Now

from core.jobs.heartbeat import SWEEP
from core.jobs.models import Heartbeat, Job, JobState

log = structlog.get_logger(__name__)

LATE = timedelta(seconds=15)
"""Sweeps send wake-ups every five seconds. What is still not begun after that was not heard of."""
TIMES = 4
"""Looks in a row, one a beat, at which it was idle beside late work."""
INSIST_SECONDS = 60


class Watch:
    """Ends the worker when it is idle, beat sweeps, the broker answers, and yet work of its queues lies about."""

    def __init__(self, queues: Iterable[str]) -> None:
        self.queues = sorted(queues)
        self.seen = 0
        self.asked_at: float | None = None

    def look(self) -> None:
        if self.asked_at is not None:
            if time.monotonic() - self.asked_at > INSIST_SECONDS:
                os.kill(os.getpid(), signal.SIGKILL)
            return
        self.seen = self.seen + 1 if self.is_deaf() else 0
        if self.seen >= TIMES:
            log.error("worker_is_deaf", queues=self.queues)
            self.asked_at = time.monotonic()
            os.kill(os.getpid(), signal.SIGTERM)  # whoever keeps it running starts it again

    def is_deaf(self) -> bool:
        if state.active_requests or not _is_late(self.queues) or not _is_swept():
            return False
        with redis.Redis.from_url(settings.BROKER_URL, socket_connect_timeout=1, socket_timeout=1) as client:
            return bool(client.ping())


def _is_late(queues: list[str]) -> bool:
    return Job.objects.filter(queue__in=queues, state=JobState.WAITING, run_after__lt=Now() - LATE).exists()


def _is_swept() -> bool:
    return Heartbeat.objects.filter(name=SWEEP, seen_at__gt=Now() - LATE).exists()

"""Waiting for real processes."""

import time
from collections.abc import Callable

from core.models import Job, JobState


def wait_for(condition: Callable[[], bool], patience: float = 60) -> None:
    """Until it holds; fails with the jobs as they stand."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, list(Job.objects.values("handler", "state", "attempts", "error"))
        time.sleep(0.05)


def unfinished() -> int:
    """Jobs of timelines and notifications still to be done."""
    return Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING], queue__in=["notify", "fanout"]).count()

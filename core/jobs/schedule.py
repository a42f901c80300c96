"""Scheduled work that happens once, however many clocks ask for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from core.jobs.queue import enqueue

A_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
"""Slots are counted from here, so that a slot of seven days is a week."""


def once_per_slot(handler: str, slot: timedelta, *, now: datetime | None = None, **args: Any) -> None:
    """Enqueue `handler` unless it has been in this slot: the stretch of time of that length which `now` falls into.

    For tasks that beat sends: two beats, or a message delivered twice, write one job. The job's unique key names
    the slot's beginning and `args` do not matter for it. A slot is shorter than JOB_KEEP_DAYS.
    """
    beginning = A_MONDAY + ((now or timezone.now()) - A_MONDAY) // slot * slot
    key = f"{handler}@{beginning:%Y-%m-%dT%H:%M:%S}/{int(slot.total_seconds())}"
    enqueue(handler, unique_key=key, **args)

"""Jobs longer than the broker and the lease have patience, and two beats: both take time, so they take it together."""

from __future__ import annotations

import os
import time
from datetime import datetime

from core.jobs.queue import enqueue
from core.jobs.schedule import A_MONDAY
from core.models import Job
from tests.bench.report import Figure
from tests.faults import community, handlers
from tests.faults.crew import another_beat, wait_until
from tests.faults.stage import Stage

LONG = ("tests.take_long_inside", "tests.take_long_outside")
REDELIVERED = 10.0
"""Celery looks for messages that nobody acknowledged every so many seconds."""


def long_job_and_two_beats(stage: Stage) -> list[Figure]:
    seconds = stage.scale.long_job_seconds
    for handler in LONG:
        enqueue(handler, seconds=seconds)
    wait_until(lambda: Job.objects.filter(handler__in=LONG, state="running").exists())
    beats = _two_beats(stage)
    wait_until(lambda: not Job.objects.filter(handler__in=LONG, state__in=community.OPEN).exists(), seconds * 3 + 60)
    counts = dict(community.rows("SELECT what, count(*) FROM faults_effect WHERE what LIKE 'long%%' GROUP BY what"))
    effects = ("long inside", "long outside", "long outside, done")
    attempts = sum(Job.objects.filter(handler__in=LONG).values_list("attempts", flat=True))
    return [
        community.told("long job: it took", seconds, "s"),
        community.told("long job: the broker's visibility timeout", stage.scale.visibility_seconds, "s"),
        community.none("long job: effects missing or repeated", sum(counts.get(what, 0) != 1 for what in effects)),
        community.none("long job: attempts too many", attempts - len(LONG)),
        *beats,
    ]


def _two_beats(stage: Stage) -> list[Figure]:
    """Two of them send the same task every second; it asks for one job in each slot of two seconds."""
    os.environ["FAULTS_TICK"] = "1"
    beats = [another_beat(stage.folder, number) for number in (1, 2)]
    try:
        wait_until(lambda: len(_slots()) > stage.scale.slots)
        time.sleep(0.5)
    finally:
        for beat in beats:
            beat.stop()
        os.environ.pop("FAULTS_TICK")
    wait_until(lambda: not Job.objects.filter(handler="tests.mark_slot", state__in=community.OPEN).exists())
    slots = _slots()
    ticks = community.rows("SELECT count(*) FROM faults_effect WHERE what = 'tick'")[0][0]
    begun = sorted(datetime.fromisoformat(key.split("@")[1].split("/")[0] + "+00:00") for key in slots)
    span = (begun[-1] - begun[0]) // handlers.SLOT + 1
    assert all((moment - A_MONDAY) % handlers.SLOT == handlers.SLOT * 0 for moment in begun)
    return [
        community.told("two beats: requests", ticks),
        community.told("two beats: slots", span),
        community.none("two beats: slots without a run", span - len(slots)),
        community.none("two beats: second runs in a slot", sum(slots.values()) - len(slots)),
    ]


def _slots() -> dict[str, int]:
    return dict(
        community.rows("SELECT what, count(*) FROM faults_effect WHERE what LIKE 'tests.mark_slot@%%' GROUP BY what")
    )

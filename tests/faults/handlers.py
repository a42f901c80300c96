"""Jobs of the fault suite. Each leaves a row in a table without any constraint, so that nothing hides a double."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import connection

from core.jobs import job
from core.jobs.schedule import once_per_slot

TABLE = """
    CREATE TABLE faults_effect
        (what text NOT NULL, number bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())"""
SLOT = timedelta(seconds=2)
POISON_ATTEMPTS = int(os.environ.get("FAULTS_POISON_ATTEMPTS", "3"))


def leave(what: str, number: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO faults_effect (what, number) VALUES (%s, %s)", [what, number])


@job(queue="notify")
def note(job: Any, *, what: str, number: int) -> None:
    leave(what, number)


@job(queue="notify", max_attempts=POISON_ATTEMPTS)
def kill_the_worker(job: Any) -> None:
    leave("killed")
    os.kill(os.getpid(), signal.SIGKILL)


@job(queue="notify", max_attempts=POISON_ATTEMPTS)
def fail(job: Any) -> None:
    leave("failed")
    raise RuntimeError("no luck")


@job(queue="media")
def take_long_inside(job: Any, *, seconds: int) -> None:
    """In the transaction that marks it done."""
    leave("long inside")
    time.sleep(seconds)


@job(queue="bulk", transactional=False)
def take_long_outside(job: Any, *, seconds: int) -> None:
    leave("long outside")
    time.sleep(seconds)
    leave("long outside, done")


@job(queue="notify")
def mark_slot(job: Any) -> None:
    leave(job.unique_key)


@shared_task(name="tests.faults.tick")
def tick() -> None:
    leave("tick")
    once_per_slot("tests.mark_slot", SLOT)

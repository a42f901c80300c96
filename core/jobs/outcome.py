"""What becomes of a claimed job: every change of its row while a worker has it, each only if the claim still holds."""

import random
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.jobs.models import Job, JobState
from core.jobs.registry import Handler
from core.observability.logs import without_values
from core.statements import Statement

BACKOFF_CAP_SECONDS = 600
HOLD = 1 << 62
"""Advisory locks from here on, plus a job's id, say that a living worker is at it outside a transaction."""

# A job's effects and its mark are lost or kept together, so its commit need not wait for the disk: after a crash of
# Postgres the job would run again, on the state it found before. Whoever acknowledges something waits as ever.
_DONE = """
       UPDATE core_job
          SET state = 'done', lease_until = NULL, finished_at = clock_timestamp(), error = ''
         %s
        WHERE id = ANY(%%(ids)s) AND state = 'running' AND attempts = %%(attempts)s AND claimed_by = %%(claimed_by)s
    RETURNING id
"""
_TYPES = {"ids": "bigint[]", "attempts": "integer", "claimed_by": "integer"}
_finish = Statement(_DONE % "", **_TYPES)
_finish_early = Statement(
    "WITH early AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))" + _DONE % "FROM early", **_TYPES
)


class Outcome(StrEnum):
    DONE = "done"
    CONTINUED = "continued"
    """Some steps done; it goes on after others had their turn."""
    FAILED = "failed"
    DEAD = "dead"
    LEASE_LOST = "lease_lost"
    """Cancelled, or handed on to another worker: nothing of this run counts."""


def mine(job: Job) -> "QuerySet[Job]":
    """The job's row while the claim holds."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts, claimed_by=job.claimed_by)


def finish(job: Job, *, with_writes: bool = False) -> bool:
    """Mark done, and lock the row until the commit. `with_writes`: this transaction is all the job does."""
    return bool(finish_all([job], with_writes=with_writes))


def finish_all(jobs: Sequence[Job], *, with_writes: bool = False) -> set[int]:
    """`finish` for jobs of one claim and attempt; returns the ids of those whose claim held."""
    [(queue, attempts, claimed_by)] = {(job.queue, job.attempts, job.claimed_by) for job in jobs}
    finish = _finish_early if with_writes and queue != "money" else _finish
    return {pk for (pk,) in finish(ids=[job.pk for job in jobs], attempts=attempts, claimed_by=claimed_by)}


def extend(job: Job) -> bool:
    """Keep the claim for another lease."""
    return bool(mine(job).update(lease_until=Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)))


def save_progress(job: Job, progress: dict[str, Any], handler: Handler) -> bool:
    """Remember how far a stepwise job came. Getting ahead earns it fresh attempts."""
    job.progress = progress
    job.max_attempts = job.attempts - 1 + handler.max_attempts
    return bool(mine(job).update(progress=progress, max_attempts=job.max_attempts))


def put_back(job: Job) -> None:
    """Let others go first. The attempt goes on later, so it is not counted again."""
    mine(job).update(state=JobState.WAITING, lease_until=None, run_after=Now(), attempts=job.attempts - 1)


def fail(job: Job, error: Exception) -> Outcome:
    """Put the job back for later, or lay it aside as dead after its last attempt."""
    text = told(error)
    row = mine(job)
    if job.attempts >= job.max_attempts:
        changed = row.update(state=JobState.DEAD, lease_until=None, finished_at=Now(), error=text)
        return Outcome.DEAD if changed else Outcome.LEASE_LOST
    changed = row.update(
        state=JobState.WAITING,
        lease_until=None,
        run_after=timezone.now() + timedelta(seconds=backoff_seconds(job.attempts)),
        error=text,
    )
    return Outcome.FAILED if changed else Outcome.LEASE_LOST


def backoff_seconds(attempt: int) -> float:
    """Full jitter over an exponential: between 1 s and min(600, 2^attempt) s."""
    return random.uniform(1, min(BACKOFF_CAP_SECONDS, 2**attempt))


def told(error: Exception) -> str:
    """The error with its way through the code, without the values of rows that Postgres would quote."""
    return without_values("".join(traceback.format_exception(error)))[-4000:]


@contextmanager
def held(job: Job) -> Iterator[bool]:
    """While this is open, the sweep sees that the job's worker lives, however late it is. False: another one has it.

    The lock belongs to the connection and ends with it, so a killed worker holds nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [HOLD + job.pk])
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours and mine(job).exists()
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [HOLD + job.pk])

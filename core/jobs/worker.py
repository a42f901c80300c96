"""Claiming, running and finishing jobs. Exactly-once rests on Postgres alone.

A claim is a short transaction of its own: it counts the attempt, so that a job that kills its worker is
counted too, and it sets a lease. The run then marks the row done, which locks it and checks that the claim
still holds (attempt number and connection are the fencing token), and commits that together with the handler's writes.
A killed worker's transaction rolls back; the sweep finds its connection gone and hands the job on.
"""

import time
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import connection, transaction

from core.jobs import outcome
from core.jobs.models import Job, JobState
from core.jobs.outcome import Outcome
from core.jobs.queue import answer, drain_here, hold_calls, wake
from core.jobs.registry import HANDLERS, Handler, get_handler
from core.jobs.sweeping import purge, retry, sweep
from core.observability import metrics
from core.observability.said import saying

__all__ = ["claim", "drain", "is_cancelled", "purge", "retry", "run", "sweep"]

log = structlog.get_logger(__name__)

BATCH = 100
"""Jobs claimed at once when they are small. A batch belongs to one worker until it is through."""
BATCH_SECONDS = 0.25
"""Of long jobs no more are claimed than fit into this, so that other processes get their share."""

BUSY_SECONDS = 1.0
"""A queue that is drained again within this time is a busy one: see `_linger`."""

_pace: dict[str, float] = {}
"""Seconds a job of each queue took lately, in this process."""
_ended: dict[str, float] = {}
"""When this process last drained a queue, by the monotonic clock."""

# Of the jobs that were tried before only one is taken, and it is run last: if it kills its worker, the others are done.
_CLAIM = """
      WITH ready AS MATERIALIZED (
               SELECT id, attempts, run_after
                 FROM core_job
                WHERE queue = %s AND state = 'waiting' AND run_after <= now()
                ORDER BY run_after, id
                LIMIT %s
                  FOR UPDATE SKIP LOCKED),
           chosen AS (
               (SELECT id FROM ready WHERE attempts = 0)
                UNION ALL
               (SELECT id FROM ready WHERE attempts > 0 ORDER BY run_after, id LIMIT 1))
    UPDATE core_job
       SET state = 'running', attempts = attempts + 1, lease_until = now() + %s * interval '1 second',
           claimed_by = pg_backend_pid(), started_at = coalesce(started_at, now())
     WHERE id IN (SELECT id FROM chosen)
 RETURNING *
"""

_RELEASE = """
    UPDATE core_job
       SET state = 'waiting', attempts = attempts - 1, lease_until = NULL
     WHERE state = 'running' AND (id, attempts, claimed_by) IN %s
"""


def drain(queue: str, *, budget_seconds: float | None = None) -> int:
    """Run ready jobs of `queue` until there are none or the budget is used; returns how many ran.

    Fewer jobs than were asked for are the last: what others commit meanwhile has a wake-up of its own. A drain that
    used up its budget gives back what it claimed and wakes its queue again, so that queues sharing a worker take turns.
    """
    drain_here.queue = queue
    try:
        return _drain(queue, settings.JOB_DRAIN_SECONDS if budget_seconds is None else budget_seconds)
    finally:
        drain_here.queue = ""
        _ended[queue] = time.monotonic()


def _drain(queue: str, budget: float) -> int:
    ran, is_last = 0, False
    deadline = time.monotonic() + budget
    is_busy = time.monotonic() - _ended.get(queue, -BUSY_SECONDS) < BUSY_SECONDS
    while not is_last and (jobs := _claim(queue, limit=(limit := _batch_size(queue)))):
        began, drain_here.looks_again = time.monotonic(), False
        done, parts = 0, _parts(jobs)
        for index, part in enumerate(parts):
            if index and time.monotonic() > deadline:
                release([job for later in parts[index:] for job in later])
                break
            _execute_all(part, deadline=deadline)
            done += len(part)
        ran += done
        _pace[queue] = (time.monotonic() - began) / done
        if time.monotonic() > deadline:
            wake(queue)
            break
        # Of those tried before one is claimed at a time, so there may be others.
        is_last = len(jobs) < limit and jobs[-1].attempts == 1 and not drain_here.looks_again
        if is_last and is_busy and _linger(queue, deadline):
            is_last = False
    return ran


def _linger(queue: str, deadline: float) -> bool:
    """Wait a moment for more of a busy queue, and let nobody call meanwhile: a wake-up for every job takes longer than
    the job, and what has come by then is done together. False where there is no time left to look again."""
    seconds = settings.JOB_LINGER_SECONDS.get(queue, 0)
    if not seconds or time.monotonic() + seconds > deadline:
        return False
    hold_calls(queue)
    time.sleep(seconds)
    answer(queue)
    return True


def _parts(jobs: list[Job]) -> list[list[Job]]:
    """What is done in one go, in the order of the first of each: the jobs of a handler that does several together, but
    for those tried before, of which each could be the one that fails; and every other by itself."""
    parts: list[list[Job]] = []
    begun: dict[str, list[Job]] = {}
    for job in jobs:
        handler = HANDLERS.get(job.handler)
        if handler is not None and handler.together and job.attempts == 1:
            if job.handler in begun:
                begun[job.handler].append(job)
                continue
            begun[job.handler] = part = [job]
        else:
            part = [job]
        parts.append(part)
    return parts


def _batch_size(queue: str) -> int:
    seconds = _pace.get(queue, BATCH_SECONDS)
    return max(1, min(BATCH, int(BATCH_SECONDS / max(seconds, 0.001))))


def claim(queue: str, *, limit: int) -> list[tuple[int, int]]:
    """Take up to `limit` ready jobs; returns (id, attempt number), oldest first."""
    return [(job.pk, job.attempts) for job in _claim(queue, limit=limit)]


def _claim(queue: str, *, limit: int) -> list[Job]:
    jobs = Job.objects.raw(_CLAIM, [queue, limit, settings.JOB_LEASE_SECONDS])
    return sorted(jobs, key=lambda job: (job.attempts > 1, job.pk))  # the sweep relies on this order


def release(jobs: Sequence[Job]) -> None:
    """Give back claimed jobs that were not begun. The attempt is not counted: nobody has made it."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [tuple((job.pk, job.attempts, job.claimed_by) for job in jobs)])


def is_cancelled(job: Job) -> bool:
    """For handlers that work long outside a transaction: is this run no longer wanted (cancelled, or handed on)?"""
    return not outcome.mine(job).exists()


def run(job_id: int, attempt: int) -> None:
    """Run one claimed job. A failure is written to its row; nothing is raised."""
    job = Job.objects.filter(pk=job_id, state=JobState.RUNNING, attempts=attempt).first()
    if job is not None:
        _execute(job, deadline=time.monotonic() + settings.JOB_DRAIN_SECONDS)


def _execute_all(jobs: list[Job], *, deadline: float) -> None:
    """One job, or several of one handler that does them together."""
    if len(jobs) == 1 or not _done_together(jobs):
        for job in jobs:
            _execute(job, deadline=deadline)


def _done_together(jobs: list[Job]) -> bool:
    """Do those that are still ours in one transaction; False: nothing is done, for they cannot be done together."""
    started = time.monotonic()
    handler = get_handler(jobs[0].handler)
    with saying(handler=handler.name):
        try:
            with transaction.atomic():
                held = outcome.finish_all(jobs, with_writes=True)
                if ours := [job for job in jobs if job.pk in held]:
                    handler.do(ours)
        except Exception as error:
            log.warning("jobs_not_done_together", jobs=len(jobs), error=type(error).__name__)
            return False
        took = time.monotonic() - started
        for job in jobs:
            result = Outcome.DONE if job.pk in held else Outcome.LEASE_LOST
            log.info(
                f"job_{result}", job_id=job.pk, request_id=job.request_id, ms=round(took * 1000), together=len(jobs)
            )
            metrics.JOBS.add(queue=job.queue, handler=job.handler, outcome=result.value)
            metrics.JOB_SECONDS.observe(took / len(jobs), handler=job.handler)
    return True


def _execute(job: Job, *, deadline: float) -> None:
    started = time.monotonic()
    with saying(job_id=job.pk, request_id=job.request_id, handler=job.handler):
        try:
            handler = get_handler(job.handler)
            if handler.stepwise:
                result = _run_steps(handler, job, deadline)
            elif handler.transactional:
                result = _run_in_transaction(handler, job)
            else:
                result = _run_outside(handler, job)
        except Exception as error:
            result = outcome.fail(job, error)
            log.warning(f"job_{result}", attempt=job.attempts, error=type(error).__name__)
        else:
            log.info(f"job_{result}", ms=round((time.monotonic() - started) * 1000))
        metrics.JOBS.add(queue=job.queue, handler=job.handler, outcome=result.value)
        metrics.JOB_SECONDS.observe(time.monotonic() - started, handler=job.handler)


def _run_in_transaction(handler: Handler, job: Job) -> Outcome:
    with transaction.atomic():
        if not outcome.finish(job, with_writes=True):
            return Outcome.LEASE_LOST
        handler.do([job])
    return Outcome.DONE


def _run_outside(handler: Handler, job: Job) -> Outcome:
    with outcome.held(job) as is_ours:
        if not is_ours:
            return Outcome.LEASE_LOST
        handler.do([job])
        return Outcome.DONE if outcome.finish(job) else Outcome.LEASE_LOST


def _run_steps(handler: Handler, job: Job, deadline: float) -> Outcome:
    """Step by step until the job is done, was taken away, or has to let others go first."""
    while True:
        if handler.transactional:
            with transaction.atomic():
                result = _step(handler, job)
        else:
            with outcome.held(job) as is_ours:
                result = _step(handler, job) if is_ours else Outcome.LEASE_LOST
        if result is not Outcome.CONTINUED:
            return result
        if time.monotonic() > deadline:
            outcome.put_back(job)
            return result


def _step(handler: Handler, job: Job) -> Outcome:
    if not outcome.extend(job):
        return Outcome.LEASE_LOST
    progress = handler.do([job])
    if progress is None:
        return Outcome.DONE if outcome.finish(job) else Outcome.LEASE_LOST
    return Outcome.CONTINUED if outcome.save_progress(job, progress, handler) else Outcome.LEASE_LOST

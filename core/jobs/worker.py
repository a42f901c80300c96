"""Claiming, running and finishing jobs. Exactly-once rests on Postgres alone.

A claim is a short transaction of its own: it counts the attempt, so that a job that kills its worker is
counted too, and it sets a lease. The run then locks the row, checks that the claim still holds (the
attempt number is the fencing token), and commits the handler's writes together with `done`.
A killed worker's transaction rolls back; its lease runs out; the sweep hands the job on.
"""

import random
import time
import traceback
from datetime import timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from core.jobs.models import Job, JobState
from core.jobs.queue import wake
from core.jobs.registry import Handler, get_handler

log = structlog.get_logger(__name__)

BATCH = 12
"""Jobs claimed at once; small, since a batch belongs to one worker until it is through."""
BUDGET_SECONDS = 20.0
"""A drain ends after this and wakes its queue again, so that queues sharing a worker take turns."""
BACKOFF_CAP_SECONDS = 600

_CLAIM = """
    UPDATE core_job
       SET state = 'running', attempts = attempts + 1, lease_until = now() + %s * interval '1 second'
     WHERE id IN (
               SELECT id FROM core_job
                WHERE queue = %s AND state = 'waiting' AND run_after <= now()
                ORDER BY run_after, id
                LIMIT %s
                  FOR UPDATE SKIP LOCKED)
 RETURNING id, attempts
"""


def drain(queue: str, *, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Run ready jobs of `queue` until there are none or the budget is used; returns how many ran."""
    ran = 0
    deadline = time.monotonic() + budget_seconds
    while claims := claim(queue, limit=BATCH):
        for job_id, attempt in claims:
            run(job_id, attempt)
            ran += 1
        if time.monotonic() > deadline:
            wake(queue)
            break
    return ran


def claim(queue: str, *, limit: int) -> list[tuple[int, int]]:
    """Take up to `limit` ready jobs; returns (id, attempt number), oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [settings.JOB_LEASE_SECONDS, queue, limit])
        return sorted(cursor.fetchall())


def run(job_id: int, attempt: int) -> None:
    """Run one claimed job. A failure is written to its row; nothing is raised."""
    started = time.monotonic()
    try:
        job = Job.objects.filter(pk=job_id, state=JobState.RUNNING, attempts=attempt).first()
        if job is None:
            return
        with structlog.contextvars.bound_contextvars(job_id=job.pk, request_id=job.request_id):
            handler = get_handler(job.handler)
            if handler.transactional:
                finished = _run_in_transaction(handler, job_id, attempt)
            else:
                handler.run(job, **job.arguments)
                finished = _mark_done(job_id, attempt)
            log.info(
                "job_done" if finished else "job_lease_lost",
                handler=job.handler,
                ms=round((time.monotonic() - started) * 1000),
            )
    except Exception as error:
        _fail(job_id, attempt, error)


def _run_in_transaction(handler: Handler, job_id: int, attempt: int) -> bool:
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(of=("self",))
            .filter(pk=job_id, state=JobState.RUNNING, attempts=attempt)
            .first()
        )
        if job is None:
            return False
        handler.run(job, **job.arguments)
        return _mark_done(job_id, attempt)


def _mark_done(job_id: int, attempt: int) -> bool:
    return bool(
        Job.objects.filter(pk=job_id, state=JobState.RUNNING, attempts=attempt).update(
            state=JobState.DONE, lease_until=None, finished_at=Now(), error=""
        )
    )


def _fail(job_id: int, attempt: int, error: Exception) -> None:
    """Put the job back for later, or lay it aside as dead after its last attempt."""
    text = "".join(traceback.format_exception(error))[-4000:]
    mine = Job.objects.filter(pk=job_id, state=JobState.RUNNING, attempts=attempt)
    dead = mine.filter(attempts__gte=F("max_attempts")).update(
        state=JobState.DEAD, lease_until=None, finished_at=Now(), error=text
    )
    if not dead:
        mine.update(
            state=JobState.WAITING,
            lease_until=None,
            run_after=timezone.now() + timedelta(seconds=backoff_seconds(attempt)),
            error=text,
        )
    log.warning("job_dead" if dead else "job_failed", job_id=job_id, attempt=attempt, error=repr(error)[:200])


def backoff_seconds(attempt: int) -> float:
    """Full jitter over an exponential: between 1 s and min(600, 2^attempt) s."""
    return random.uniform(1, min(BACKOFF_CAP_SECONDS, 2**attempt))


def sweep() -> None:
    """Give back jobs whose lease ran out, and wake every queue that has overdue work.

    A row a living worker holds locked is passed over, however late it is.
    """
    with transaction.atomic():
        lost = list(
            Job.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=JobState.RUNNING, lease_until__lt=Now())
            .order_by("lease_until")
            .values_list("pk", "attempts", "max_attempts")[:1000]
        )
        spent = [pk for pk, attempts, most in lost if attempts >= most]
        Job.objects.filter(pk__in=spent).update(
            state=JobState.DEAD,
            lease_until=None,
            finished_at=Now(),
            error="The worker was lost at every attempt.",
        )
        Job.objects.filter(pk__in=[pk for pk, _, _ in lost]).exclude(pk__in=spent).update(
            state=JobState.WAITING, lease_until=None, run_after=Now(), error="The worker was lost."
        )
    for queue in (
        Job.objects.filter(state=JobState.WAITING, run_after__lte=Now()).values_list("queue", flat=True).distinct()
    ):
        wake(queue)


def purge() -> None:
    """Delete jobs done more than JOB_KEEP_DAYS ago, in bites."""
    before = timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS)
    while True:
        bite = Job.objects.filter(state=JobState.DONE, finished_at__lt=before).values("pk")[:5000]
        deleted, _ = Job.objects.filter(pk__in=bite).delete()
        if not deleted:
            return


def retry(job_ids: list[int]) -> int:
    """Give dead jobs another round of attempts; returns how many there were."""
    with transaction.atomic():
        jobs = Job.objects.filter(pk__in=job_ids, state=JobState.DEAD)
        queues = set(jobs.values_list("queue", flat=True))
        count = jobs.update(state=JobState.WAITING, attempts=0, run_after=Now(), finished_at=None)
        for queue in queues:
            transaction.on_commit(partial(wake, queue), robust=True)
    return count

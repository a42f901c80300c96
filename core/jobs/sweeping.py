"""What no single worker does: hand on what was lost, forget what is old, start the dead again, call work off."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from core.jobs import heartbeat
from core.jobs.models import Heartbeat, Job, JobState
from core.jobs.outcome import HOLD
from core.jobs.queue import wake
from core.jobs.registry import QUEUES

_LOST = """
    SELECT id, attempts >= max_attempts
      FROM (SELECT id, attempts, max_attempts
              FROM core_job
             WHERE state = 'running' AND lease_until < now()
             ORDER BY lease_until
             LIMIT 1000
               FOR UPDATE SKIP LOCKED) late
     WHERE pg_try_advisory_xact_lock(%s + id)
"""


def sweep() -> None:
    """Give back jobs whose lease ran out, and wake every queue that has overdue work.

    A job that a living worker is at, its row locked or held, is passed over, however late it is.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOST, [HOLD])
            lost = cursor.fetchall()
        Job.objects.filter(pk__in=[pk for pk, is_spent in lost if is_spent]).update(
            state=JobState.DEAD,
            lease_until=None,
            finished_at=Now(),
            error="The worker was lost at every attempt.",
        )
        Job.objects.filter(pk__in=[pk for pk, is_spent in lost if not is_spent]).update(
            state=JobState.WAITING, lease_until=None, run_after=Now(), error="The worker was lost."
        )
    for queue in QUEUES:
        if Job.objects.filter(queue=queue, state=JobState.WAITING, run_after__lte=Now()).exists():
            wake(queue)
    heartbeat.beat(heartbeat.SWEEP)


def purge() -> None:
    """Delete jobs done or called off more than JOB_KEEP_DAYS ago, in bites. Plans stay as long as their parts."""
    before = timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS)
    old = Q(state__in=[JobState.DONE, JobState.CANCELLED], finished_at__lt=before)
    kept_parts = Job.objects.filter(~old, parent=OuterRef("pk"))
    while True:
        bite = Job.objects.filter(old).exclude(Exists(kept_parts)).values("pk")[:5000]
        deleted, _ = Job.objects.filter(pk__in=list(bite.values_list("pk", flat=True))).delete()
        if not deleted:
            break
    Heartbeat.objects.filter(seen_at__lt=before).delete()


def retry(job_ids: list[int]) -> int:
    """Give dead jobs another round of attempts; returns how many there were."""
    with transaction.atomic():
        jobs = Job.objects.filter(pk__in=job_ids, state=JobState.DEAD)
        queues = set(jobs.values_list("queue", flat=True))
        count = jobs.update(state=JobState.WAITING, attempts=0, run_after=Now(), finished_at=None)
        for queue in queues:
            transaction.on_commit(partial(wake, queue), robust=True)
    return count


def cancel(job_id: int) -> int:
    """Call off a job and its parts; returns how many were called off. Done and dead ones stay what they are.

    A part that a worker is writing for at this moment ends as it would have; a stepwise job ends before its next step,
    a handler outside a transaction when it asks `is_cancelled`. Locks the job: it waits for its current step.
    """
    unfinished = [JobState.WAITING, JobState.RUNNING]
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
        if job is None:
            return 0
        parts = list(
            Job.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(parent=job, state__in=unfinished)
            .values_list("pk", flat=True)
        )
        # A plan is done as soon as its parts are written down; it counts as called off while some of them are not done.
        chosen = [*parts, job.pk] if parts or job.state in unfinished else []
        return Job.objects.filter(pk__in=chosen).update(
            state=JobState.CANCELLED, lease_until=None, finished_at=timezone.now()
        )

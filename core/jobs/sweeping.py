"""What no single worker does: hand on what was lost, forget what is old, start the dead again, call work off."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from core.jobs import heartbeat
from core.jobs.models import Heartbeat, Job, JobState
from core.jobs.outcome import BACKOFF_CAP_SECONDS, HOLD
from core.jobs.queue import wake
from core.jobs.registry import HANDLERS, QUEUES

# A worker is lost when the process of Postgres that served its connection is gone, or when its lease ran out. Of what
# it had claimed it was at the first one, in the order it runs them, or at that and all it does together with it; the
# others were not begun.
_LOST = """
      WITH late AS MATERIALIZED (
               SELECT id, handler, attempts, max_attempts, coalesce(claimed_by, -id) AS worker
                 FROM core_job
                WHERE state = 'running'
                  AND (lease_until < now()
                       OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = claimed_by))
                ORDER BY lease_until
                LIMIT 1000
                  FOR UPDATE SKIP LOCKED)
    SELECT id, attempts >= max_attempts,
           row_number() OVER claimed = 1
               OR attempts = 1 AND handler = ANY(%s) AND handler = first_value(handler) OVER claimed
      FROM late
     WHERE pg_try_advisory_xact_lock(%s + id)
    WINDOW claimed AS (PARTITION BY worker ORDER BY attempts > 1, id)
"""
# Once may be chance; a job that loses its workers again and again waits longer each time, so that others get theirs.
_AGAIN = """
    UPDATE core_job
       SET state = 'waiting', lease_until = NULL, error = 'The worker was lost.',
           run_after = now() + CASE WHEN attempts > 1 THEN 1 + random() * least(%s, power(2, attempts)) ELSE 0 END
                             * interval '1 second'
     WHERE id = ANY(%s)
"""


def sweep() -> None:
    """Hand on what lost workers held, and wake every queue that has overdue work. What beat asks for."""
    hand_on()
    for queue in QUEUES:
        if Job.objects.filter(queue=queue, state=JobState.WAITING, run_after__lte=Now()).exists():
            wake(queue)
    heartbeat.beat(heartbeat.SWEEP)


def replace_lost() -> None:
    """Hand on what lost workers held, and wake others for it."""
    for queue in hand_on():
        wake(queue)


def hand_on() -> set[str]:
    """Give back the jobs of workers that are gone; returns the queues they are in.

    A job that a living worker is at, its row locked or held, is passed over, however late it is. An attempt is counted
    for what a worker was at. Jobs that were claimed with it and not begun are as if they had never been claimed.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            together = [handler.name for handler in HANDLERS.values() if handler.together]
            cursor.execute(_LOST, [together, HOLD])
            lost = cursor.fetchall()
            tried = [pk for pk, is_spent, was_begun in lost if was_begun and not is_spent]
            cursor.execute(_AGAIN, [BACKOFF_CAP_SECONDS, tried])
        Job.objects.filter(pk__in=[pk for pk, is_spent, was_begun in lost if was_begun and is_spent]).update(
            state=JobState.DEAD,
            lease_until=None,
            finished_at=Now(),
            error="The worker was lost at every attempt.",
        )
        Job.objects.filter(pk__in=[pk for pk, _spent, was_begun in lost if not was_begun]).update(
            state=JobState.WAITING, lease_until=None, attempts=F("attempts") - 1
        )
        queues = Job.objects.filter(pk__in=[row[0] for row in lost], state=JobState.WAITING)
        return set(queues.values_list("queue", flat=True).distinct())


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

"""Giving dead jobs another round, and calling work off."""

from collections.abc import Iterable

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError
from core.jobs import sweeping
from core.jobs.models import Job, JobState
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can

STEP_SECONDS = 5
"""How long `cancel` waits for the step a job is at."""


def retry(*, actor: User, job_ids: Iterable[int], reason: str) -> LogEntry | None:
    """Put dead jobs back to wait with fresh attempts, and log how many. None if none of them is dead.

    Locks the jobs. Raises `Refused` (`not_allowed`) or `Invalid` (`reason_required`).
    """
    can(actor, Power.JOBS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        dead = list(
            Job.objects.select_for_update(of=("self",))
            .filter(pk__in=list(job_ids), state=JobState.DEAD)
            .order_by("pk")
            .values_list("pk", "handler")
        )
        if not dead:
            return None
        ids = [pk for pk, _handler in dead]
        sweeping.retry(ids)
        details = {"count": len(ids), "jobs": ids[:100], "handlers": sorted({handler for _pk, handler in dead})}
        return log.write(actor=actor, verb=Verb.JOB_RETRY, reason=reason, details=details)


def retry_parts(*, actor: User, job_id: int, reason: str) -> LogEntry | None:
    """The same for all dead parts of a job."""
    dead = Job.objects.filter(parent_id=job_id, state=JobState.DEAD).values_list("pk", flat=True)
    return retry(actor=actor, job_ids=list(dead), reason=reason)


def cancel(*, actor: User, job: Job, reason: str) -> LogEntry | None:
    """Call off a job and those of its parts that are not done. None if there was nothing left to call off.

    Locks the job. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`) or `DomainError` (`at_work`) for a
    job that is in the middle of something and cannot be stopped there.
    """
    can(actor, Power.JOBS).require()
    reason = log.clean_reason(reason)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = %s", [STEP_SECONDS * 1000])
            count = sweeping.cancel(job.pk)
            if not count:
                return None
            details = {"count": count, "handler": job.handler}
            return log.write(actor=actor, verb=Verb.JOB_CANCEL, reason=reason, target=job, details=details)
    except OperationalError as error:
        message = _("This job is in the middle of its work and cannot be stopped there. Please try again in a moment.")
        raise DomainError("at_work", message) from error

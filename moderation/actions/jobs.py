"""Giving dead jobs another round."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from core.jobs import worker
from core.jobs.models import Job, JobState
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


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
        worker.retry(ids)
        details = {"count": len(ids), "jobs": ids[:100], "handlers": sorted({handler for _pk, handler in dead})}
        return log.write(actor=actor, verb=Verb.JOB_RETRY, reason=reason, details=details)

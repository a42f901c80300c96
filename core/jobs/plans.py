"""How far a large piece of work is: a job cut into parts, or one that goes through its work step by step."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core.jobs.models import Job, JobState

UNFINISHED = (JobState.WAITING, JobState.RUNNING)
RATE_SECONDS = 60
"""The rate is that of the last minute."""

_OF_PARTS = """
    SELECT parent_id, state, count(*),
           count(*) FILTER (WHERE state = 'done' AND finished_at > now() - %s * interval '1 second'),
           min(started_at), max(finished_at)
      FROM core_job
     WHERE parent_id = ANY(%s)
     GROUP BY parent_id, state
"""
_NEWEST = "SELECT DISTINCT parent_id FROM core_job WHERE parent_id IS NOT NULL ORDER BY parent_id DESC LIMIT %s"


@dataclass
class Plan:
    """A job with its parts. It counts as finished when its parts are."""

    job: Job
    parts: dict[str, int] = field(default_factory=dict)
    """State → number of parts; empty for a stepwise job without parts."""
    lately: int = 0
    began_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def done(self) -> int:
        return self.parts.get(JobState.DONE, 0) if self.parts else self._number("done")

    @property
    def of(self) -> int:
        return sum(self.parts.values()) if self.parts else self._number("of")

    @property
    def dead(self) -> int:
        return self.parts.get(JobState.DEAD, 0)

    @property
    def percent(self) -> int:
        """Never 100 before the end."""
        if self.state == JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.of) if self.of else 0

    @property
    def state(self) -> JobState:
        if self.job.state == JobState.CANCELLED:
            return JobState.CANCELLED
        if self.job.state in UNFINISHED or any(self.parts.get(state) for state in UNFINISHED):
            return JobState.RUNNING
        return JobState.DEAD if self.dead or self.job.state == JobState.DEAD else JobState.DONE

    @property
    def is_unfinished(self) -> bool:
        return self.state == JobState.RUNNING

    @property
    def per_second(self) -> float:
        """Parts or items a second: of the last minute, or since the beginning if that is later."""
        if self.began_at is None:
            return 0.0
        age = max((timezone.now() - self.began_at).total_seconds(), 0.001)
        if self.parts:
            return self.lately / min(age, RATE_SECONDS)
        return self.done / age

    @property
    def ends_at(self) -> datetime | None:
        """When it will be done if it goes on like this; None if it does not move."""
        rate = self.per_second
        if not self.is_unfinished or not rate or not self.of:
            return None
        return timezone.now() + timedelta(seconds=(self.of - self.done) / rate)

    def _number(self, name: str) -> int:
        value = (self.job.progress or {}).get(name, 0)
        return value if isinstance(value, int) else 0


def plans_of(jobs: Iterable[Job]) -> list[Plan]:
    """Each job as a plan, in the same order. One SQL query."""
    plans = {job.pk: Plan(job, began_at=job.started_at, ended_at=job.finished_at) for job in jobs}
    begun: dict[int, list[datetime]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OF_PARTS, [RATE_SECONDS, list(plans)])
        for parent_id, state, count, lately, began_at, ended_at in cursor.fetchall():
            plan = plans[parent_id]
            plan.parts[state] = count
            plan.lately += lately
            if began_at:
                begun[parent_id].append(began_at)
            if ended_at and (plan.ended_at is None or ended_at > plan.ended_at):
                plan.ended_at = ended_at
    for parent_id, times in begun.items():
        plans[parent_id].began_at = min(times)
    return list(plans.values())


def running_plans(*, most: int = 100) -> list[Plan]:
    """Work that is cut into parts or saves its progress and is not finished, or has dead parts; the oldest first."""
    with_parts = Job.objects.filter(state__in=[*UNFINISHED, JobState.DEAD], parent__isnull=False).values("parent")
    stepwise = Job.objects.filter(Q(state__in=UNFINISHED, progress__isnull=False, parent__isnull=True)).values("pk")
    jobs = Job.objects.filter(pk__in=with_parts.union(stepwise)).exclude(state=JobState.CANCELLED)
    return plans_of(jobs.order_by("pk")[:most])


def finished_plans(*, most: int = 20) -> list[Plan]:
    """Work in parts that came to its end, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [most * 2])
        newest = [pk for (pk,) in cursor.fetchall()]
    plans = plans_of(Job.objects.filter(pk__in=newest).order_by("-pk"))
    return [plan for plan in plans if plan.state in (JobState.DONE, JobState.CANCELLED)][:most]

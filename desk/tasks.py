"""What beat asks for every night: figures of yesterday, and of the days before where they changed."""

from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from core.jobs import job
from core.jobs.schedule import once_per_slot
from core.models import Job
from desk.actions import figures

AGAIN_DAYS = 3
"""So many days are counted each night: a night that was missed is made good, and what was hidden is taken out."""


@shared_task(name="desk.keep_figures")
def keep_figures() -> None:
    once_per_slot("desk.count_figures", timedelta(days=1))


@job(queue="bulk", stepwise=True)
def count_figures(job: Job) -> dict[str, int] | None:
    """A day a step, the newest first; then the week that is over."""
    today = timezone.localdate()
    done = (job.progress or {}).get("done", 0)
    if done < AGAIN_DAYS:
        figures.count_day(day=today - timedelta(days=1 + done), is_newest=done == 0)
        return {"done": done + 1}
    figures.count_week(week=last_week(today))
    return None


def last_week(today: date) -> date:
    """The Monday of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)

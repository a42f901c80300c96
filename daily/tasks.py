"""What beat asks for every night. Each becomes a durable job, once a day however often it is asked."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from circles.models import Membership
from core.jobs import job
from core.jobs.schedule import once_per_slot
from core.models import Job
from daily.actions import merits, points

MEMBERS_AT_ONCE = 100


@shared_task(name="daily.tidy")
def tidy() -> None:
    for handler in ("daily.recount_points", "daily.give_medals", "daily.end_goals"):
        once_per_slot(handler, timedelta(days=1))


@job(queue="bulk", stepwise=True)
def recount_points(job: Job) -> dict[str, int] | None:
    """Put right the points of members that are not what their entries say."""
    progress = job.progress or {"after": 0, "mended": 0}
    rows = Membership.objects.filter(pk__gt=progress["after"], points__gt=0).order_by("pk")
    ids = list(rows.values_list("user_id", "circle_id", "pk")[:MEMBERS_AT_ONCE])
    mended = progress["mended"]
    for user_id, circle_id, _pk in ids:
        with transaction.atomic():
            membership = points.locked(user_id=user_id, circle_id=circle_id)
            mended += membership is not None and points.recount(membership)
    return {"after": ids[-1][2], "mended": mended} if ids else None


@job(queue="bulk", stepwise=True)
def give_medals(job: Job) -> dict[str, int] | None:
    """Give whoever has earned a medal by now what they lack: also for medals defined later."""
    last = merits.give_next(after=(job.progress or {}).get("after", 0))
    return None if last is None else {"after": last}


@job(queue="bulk")
def end_goals(job: Job) -> None:
    merits.end_goals()

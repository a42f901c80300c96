"""What home timelines do when something happens in circles and with merchants."""

from core.jobs import job
from core.models import Job
from feeds.actions import timelines


@job(queue="fanout")
def fan_out_post(job: Job, *, post_id: int) -> None:
    timelines.fan_out(post_id=post_id, job_id=job.pk)


@job(queue="fanout")
def fan_out_range(job: Job, *, post_id: int, first_id: int, last_id: int) -> None:
    timelines.fan_out_range(post_id=post_id, first_id=first_id, last_id=last_id)


@job(queue="fanout")
def fan_out_restored_post(job: Job, *, post_id: int, log_entry_id: int) -> None:
    """A post hidden before it was fanned out, or before somebody joined, is in nobody's timeline yet."""
    timelines.fan_out(post_id=post_id, job_id=job.pk)


@job(queue="fanout")
def backfill_timeline(job: Job, *, circle_id: int, user_id: int) -> None:
    timelines.backfill(circle_id=circle_id, user_id=user_id)


@job(queue="fanout")
def forget_circle(job: Job, *, circle_id: int, user_id: int) -> None:
    timelines.forget(circle_id=circle_id, user_id=user_id)


@job(queue="fanout")
def backfill_announcements(job: Job, *, merchant_id: int, user_id: int) -> None:
    timelines.backfill_announcements(merchant_id=merchant_id, user_id=user_id)

"""What home timelines do when something happens in circles and with merchants, and day by day."""

from collections.abc import Sequence
from typing import Any

from core.jobs import job
from core.models import Job
from feeds.actions import absences, partitions, timelines


@job(queue="fanout", together=True)
def fan_out_post(jobs: Sequence[Job], *, post_id: list[int]) -> None:
    timelines.fan_out_all([(pk, job.pk) for pk, job in zip(post_id, jobs, strict=True)])


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


@job(queue="fanout")
def resume_timeline(job: Job, *, user_id: int) -> None:
    """Somebody who was absent reads again."""
    absences.resume(user_id=user_id)


@job(queue="bulk")
def turn_partitions(job: Job) -> None:
    """Make the partitions of the days to come, drop those nobody reads any more."""
    partitions.make_ahead()
    partitions.drop_old()


@job(queue="bulk", transactional=False)
def pack_partitions(job: Job) -> None:
    """Outside a transaction, since indexes are written anew beside those in use; what is packed is passed over."""
    partitions.pack()


@job(queue="bulk", stepwise=True)
def mark_absences(job: Job) -> dict[str, Any] | None:
    """Find who stayed away, some thousand people a step."""
    after = (job.progress or {}).get("after", 0)
    reached = absences.mark(after=after)
    if reached is None:
        absences.forget_over()
        return None
    return {"after": reached}

"""What daily life makes of what happens in circles."""

from collections.abc import Sequence

from core.jobs import job
from core.models import Job
from daily.actions import deeds, merits


@job(queue="bulk", together=True)
def count_post(jobs: Sequence[Job], *, post_id: list[int]) -> None:
    deeds.count_posts(post_id)


@job(queue="bulk", together=True)
def count_comment(jobs: Sequence[Job], *, comment_id: list[int]) -> None:
    deeds.count_comments(comment_id)


@job(queue="bulk")
def count_like(job: Job, *, post_id: int, user_id: int) -> None:
    deeds.count_like(post_id=post_id, user_id=user_id)


@job(queue="bulk")
def look_at_featured(job: Job, *, post_id: int) -> None:
    merits.of_featured(post_id=post_id)


@job(queue="bulk")
def look_at_accepted(job: Job, *, post_id: int, comment_id: int) -> None:
    merits.of_accepted(comment_id=comment_id)


@job(queue="bulk")
def look_at_newcomer(job: Job, *, circle_id: int, user_id: int) -> None:
    merits.of_newcomer(circle_id=circle_id, user_id=user_id)

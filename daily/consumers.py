"""What daily life makes of what happens in circles."""

from core.jobs import job
from core.models import Job
from daily.actions import deeds


@job(queue="bulk")
def count_post(job: Job, *, post_id: int) -> None:
    deeds.count_post(post_id=post_id)


@job(queue="bulk")
def count_comment(job: Job, *, comment_id: int) -> None:
    deeds.count_comment(comment_id=comment_id)


@job(queue="bulk")
def count_like(job: Job, *, post_id: int, user_id: int) -> None:
    deeds.count_like(post_id=post_id, user_id=user_id)

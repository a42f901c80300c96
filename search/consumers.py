"""How the index follows what happens. Each handler reads the rows as they are when it runs, so order and repetition do
not matter."""

from collections.abc import Sequence
from typing import Any

from core.jobs import job
from core.models import Job
from search.actions import indexing
from search.engine import Index


@job(queue="bulk", together=True)
def index_post(jobs: Sequence[Job], *, post_id: list[int]) -> None:
    indexing.index_posts(post_id)


@job(queue="bulk", together=True)
def index_comment(jobs: Sequence[Job], *, comment_id: list[int]) -> None:
    indexing.index(Index.COMMENTS, comment_id)


@job(queue="bulk")
def index_circle(job: Job, *, circle_id: int) -> None:
    indexing.index(Index.CIRCLES, [circle_id])


@job(queue="bulk")
def index_person(job: Job, *, user_id: int) -> None:
    indexing.index(Index.PEOPLE, [user_id])


@job(queue="bulk")
def index_merchant(job: Job, *, merchant_id: int) -> None:
    indexing.index(Index.MERCHANTS, [merchant_id])


@job(queue="bulk")
def reindex(job: Job, *, index: str) -> None:
    """Cut a rebuild into ranges."""
    indexing.plan(Index(index), parent_id=job.pk)


@job(queue="bulk", stepwise=True)
def reindex_range(job: Job, *, index: str, first_id: int, last_id: int) -> dict[str, Any] | None:
    after = (job.progress or {}).get("after", first_id - 1)
    reached = indexing.step(Index(index), after=after, last_id=last_id)
    if reached is None:
        return None
    return {"after": reached, "done": reached - first_id + 1, "of": last_id - first_id + 1}


@job(queue="bulk", stepwise=True)
def reindex_author(job: Job, *, user_id: int) -> dict[str, Any] | None:
    """What somebody left behind when they closed their account, now under no name."""
    progress = job.progress or {"index": Index.POSTS.value, "after": 0}
    reached = indexing.step_of_author(Index(progress["index"]), user_id=user_id, after=progress["after"])
    if reached is not None:
        return {"index": progress["index"], "after": reached}
    return {"index": Index.COMMENTS.value, "after": 0} if progress["index"] == Index.POSTS else None

"""What discovery does when something happens, and hour by hour."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from circles.models import Comment
from core.jobs import job
from core.jobs.queue import enqueue_many
from core.models import Job
from core.prepared import Prepared, among
from discovery.actions import growth, heat, kinship, people, welcome

HEAT_SECONDS = 60
"""Deeds at one post within this time are measured once."""
GATHER_SECONDS = 600


@job(queue="bulk", together=True)
def warm_liked(jobs: Sequence[Job], *, post_id: list[int], user_id: list[int]) -> None:
    _measure_soon(set(post_id))


@job(queue="bulk", together=True)
def warm_answered(jobs: Sequence[Job], *, comment_id: list[int]) -> None:
    _measure_soon(pk for (pk,) in _posts_of(comments=comment_id))


_posts_of = Prepared(
    lambda any_: Comment.objects.filter(pk__in=among(any_.comments)).order_by().values_list("post_id").distinct(),
    "comments",
)


@job(queue="bulk")
def warm_moderated(job: Job, *, post_id: int, log_entry_id: int) -> None:
    """Hidden, it loses its heat at once; restored, it is measured anew."""
    heat.measure([post_id])


@job(queue="bulk")
def measure_heat(job: Job, *, post_id: int) -> None:
    heat.measure([post_id])


@job(queue="bulk", stepwise=True)
def keep_heat(job: Job) -> dict[str, int] | None:
    """Forget what is over, then measure the hottest anew, some at a step."""
    done = (job.progress or {}).get("done", 0)
    if done == 0 and heat.cool():
        return {"done": 0}
    ids = heat.hottest()[done : done + 50]
    heat.measure(ids)
    return {"done": done + 50} if len(ids) == 50 else None


@job(queue="bulk", stepwise=True)
def measure_growth(job: Job) -> dict[str, int] | None:
    last = growth.measure(after=(job.progress or {}).get("after", 0))
    return None if last is None else {"after": last}


@job(queue="bulk", stepwise=True)
def learn_circles(job: Job) -> dict[str, int] | None:
    """Which circles are alike, and whom they are for."""
    last = kinship.learn(after=(job.progress or {}).get("after", 0))
    return None if last is None else {"after": last}


@job(queue="bulk", stepwise=True)
def gather_people(job: Job) -> dict[str, int] | None:
    last = people.gather_some(after=(job.progress or {}).get("after", 0))
    return None if last is None else {"after": last}


@job(queue="bulk")
def gather_for_member(job: Job, *, circle_id: int, user_id: int) -> None:
    """Somebody joined: whom they may know is gathered soon, once for all they join meanwhile."""
    _once("discovery.gather_for", GATHER_SECONDS, user_id=[user_id])


@job(queue="bulk")
def gather_for(job: Job, *, user_id: int) -> None:
    people.gather(user_id=user_id)


@job(queue="bulk")
def join_wished(job: Job, *, user_id: int, what: str) -> None:
    if what in ("verified", "renewed"):
        welcome.join_wished(user_id=user_id)


def _measure_soon(post_ids: Iterable[int]) -> None:
    _once("discovery.measure_heat", HEAT_SECONDS, post_id=post_ids)


def _once(handler: str, seconds: int, **of: Iterable[int]) -> None:
    """Have it run for each of these at the end of this stretch of time, once however often this is called meanwhile."""
    now = timezone.now()
    end = (int(now.timestamp()) // seconds + 1) * seconds
    [(name, subjects)] = of.items()
    ids = sorted(subjects)
    enqueue_many(
        handler,
        [{name: pk} for pk in ids],
        unique_keys=[f"{handler}:{pk}@{end}" for pk in ids],
        run_after=now + timedelta(seconds=end - now.timestamp()),
    )

"""What discovery does when something happens, and hour by hour."""

from datetime import timedelta

from django.utils import timezone

from circles.models import Comment
from core.jobs import enqueue, job
from core.models import Job
from core.prepared import Prepared
from discovery.actions import growth, heat, kinship, people, welcome

HEAT_SECONDS = 60
"""Deeds at one post within this time are measured once."""
GATHER_SECONDS = 600


@job(queue="bulk")
def warm_liked(job: Job, *, post_id: int, user_id: int) -> None:
    _measure_soon(post_id)


@job(queue="bulk")
def warm_answered(job: Job, *, comment_id: int) -> None:
    for (post_id,) in _post_of(comment=comment_id):
        _measure_soon(post_id)


_post_of = Prepared(lambda any_: Comment.objects.filter(pk=any_.comment).values_list("post_id"), "comment")


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
    _once("discovery.gather_for", user_id, GATHER_SECONDS, user_id=user_id)


@job(queue="bulk")
def gather_for(job: Job, *, user_id: int) -> None:
    people.gather(user_id=user_id)


@job(queue="bulk")
def join_wished(job: Job, *, user_id: int, what: str) -> None:
    if what in ("verified", "renewed"):
        welcome.join_wished(user_id=user_id)


def _measure_soon(post_id: int) -> None:
    _once("discovery.measure_heat", post_id, HEAT_SECONDS, post_id=post_id)


def _once(handler: str, subject: int, seconds: int, **args: int) -> None:
    """Have it run at the end of this stretch of time, once however often this is called meanwhile."""
    now = timezone.now()
    end = (int(now.timestamp()) // seconds + 1) * seconds
    enqueue(
        handler,
        unique_key=f"{handler}:{subject}@{end}",
        run_after=now + timedelta(seconds=end - now.timestamp()),
        **args,
    )

"""Bringing conduct credit up to date: everybody's every night, and one person's when likes came in."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.actions import credit
from accounts.models import User
from core.jobs import enqueue, job
from core.jobs.queue import enqueue_many
from core.jobs.schedule import once_per_slot
from core.models import Job

RANGE_SIZE = 250
"""People one range job assesses; their rows are locked meanwhile."""
PLAN_SIZE = 50_000
"""People one step of the plan looks at."""
LIKES_MINUTES = 10
"""Likes are many and none of them is urgent: what came in within this time moves the number once."""


@shared_task(name="accounts.keep_credit")
def keep_credit() -> None:
    """Once a day: assess all whose credit time may have moved."""
    once_per_slot("accounts.plan_credit", timedelta(days=1))


@job(queue="bulk", stepwise=True)
def plan_credit(job: Job) -> dict[str, int] | None:
    """Cut the people into ranges, some thousand a step."""
    after = (job.progress or {}).get("after", 0)
    ids = credit.may_change(timezone.now()).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    found = list(ids[:PLAN_SIZE])
    ends = [*found[RANGE_SIZE - 1 :: RANGE_SIZE]]
    if found and (not ends or ends[-1] != found[-1]):
        ends.append(found[-1])
    enqueue_many(
        "accounts.recompute_credit",
        [{"after": first, "until": last} for first, last in zip([after, *ends], ends, strict=False)],
        parent_id=job.pk,
    )
    return {"after": found[-1]} if len(found) == PLAN_SIZE else None


@job(queue="bulk")
def recompute_credit(job: Job, *, after: int, until: int) -> None:
    credit.recompute(after=after, until=until)


def recompute_soon(user_id: int) -> None:
    """Have one person assessed within LIKES_MINUTES, once however often this is called meanwhile."""
    slot = timedelta(minutes=LIKES_MINUTES)
    seconds = int(slot.total_seconds())
    end = (int(timezone.now().timestamp()) // seconds + 1) * seconds
    enqueue(
        "accounts.recompute_credit",
        unique_key=f"credit:{user_id}@{end}",
        run_after=timezone.now() + timedelta(seconds=end - timezone.now().timestamp()),
        after=user_id - 1,
        until=user_id,
    )


def everybody() -> int:
    """Assess all accounts here and now; returns how many changed. A transaction each RANGE_SIZE."""
    changed, after = 0, 0
    while True:
        ids = list(User.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:RANGE_SIZE])
        if not ids:
            return changed
        changed += credit.recompute(after=after, until=ids[-1])
        after = ids[-1]

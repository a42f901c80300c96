"""`kill -9` of worker processes while posts and notifications go out to everybody."""

from __future__ import annotations

import time

from core.models import Job, JobState
from tests.bench.report import Figure
from tests.faults import community
from tests.faults.crew import wait_until
from tests.faults.stage import Stage

LONGEST = 6.0
"""Between two kills, if the work does not get ahead."""


def workers_killed(stage: Stage) -> list[Figure]:
    """One post of which many want to be notified, and beside it a post to all timelines with every other kill.

    The kills are spread over the work by how much of it is done, so that the last one comes near its end.
    """
    scale = stage.scale
    told = community.circle(scale.told, level="all")
    pushed = community.circle(scale.members)
    before = community.last_job()
    announced = community.publish(told)
    published = []
    rulers = 0
    for number in range(scale.kills):
        _wait_for_share(before, number / scale.kills * 0.97)
        if number % 2 == 0:
            published.append(community.publish(pushed, f"第{number}帖 @会员2 @会员3"))
        time.sleep(stage.chance.uniform(0, 0.3))
        rulers += stage.crew.kill_one(stage.chance)
        # A supervisor takes a moment to notice; what rules a pool takes its processes with it.
        time.sleep(0.2)
        stage.crew.tend()
    last = time.monotonic()
    stage.say(f"  {scale.kills} kills, {rulers} of them of whole workers; {community.unfinished(before)} jobs are left")
    stage.until_done(before)
    took = time.monotonic() - last
    audiences = {post.pk: scale.members for post in published}
    jobs = Job.objects.filter(pk__gt=before)
    return [
        community.told("kills: worker processes killed", scale.kills),
        community.told("kills: jobs hit at work", jobs.filter(state=JobState.DONE, attempts__gt=1).count()),
        community.within("kills: last effect after the last kill", took, 60),
        *community.entries("kills", {announced.pk: scale.told, **audiences}),
        *community.notices("kills", {announced.pk: scale.told - 1, **dict.fromkeys(audiences, 2)}),
        community.dead("kills", before),
    ]


def _wait_for_share(before: int, share: float) -> None:
    """Until so much of the work there is has been done; not for ever, since kills hold it up."""
    jobs = Job.objects.filter(pk__gt=before)
    deadline = time.monotonic() + LONGEST

    def is_done() -> bool:
        total, done = jobs.count(), jobs.filter(state=JobState.DONE).count()
        return (total > 6 and done >= share * total) or time.monotonic() > deadline

    wait_until(is_done, LONGEST + 1, every=0.05)

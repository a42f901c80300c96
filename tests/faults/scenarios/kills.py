"""`kill -9` of worker processes while posts and notifications go out to everybody."""

from __future__ import annotations

import time
from contextlib import suppress

from circles.models import Circle, Post
from core.models import Job, JobState
from tests.bench.report import Figure
from tests.faults import community
from tests.faults.crew import wait_until
from tests.faults.stage import Stage

LONGEST = 6.0
"""Between two kills, if the work does not get ahead."""
ROUNDS = 5
"""As often at most is it tried to hit somebody at work."""


def workers_killed(stage: Stage) -> list[Figure]:
    """One post of which many want to be notified, and beside it a post to all timelines with every other kill.

    The kills are spread over the work by how much of it is done, so that the last one comes near its end.
    """
    scale = stage.scale
    told = community.circle(scale.told, level="all")
    pushed = community.circle(scale.members)
    before = community.last_job()
    hit = Job.objects.filter(pk__gt=before, state=JobState.DONE, attempts__gt=1)
    announced, published, kills, took = [], [], 0, 0.0
    for _round in range(ROUNDS):
        beginning = community.last_job()
        announced.append(community.publish(told))
        published += _kill(stage, pushed, beginning)
        kills += scale.kills
        last = time.monotonic()
        stage.say(f"  {kills} kills; {community.unfinished(before)} jobs are left")
        stage.until_done(before)
        took = max(took, time.monotonic() - last)
        if hit.exists():
            break
    audiences = {post.pk: scale.members for post in published}
    tellings = {post.pk: scale.told for post in announced}
    return [
        community.told("kills: worker processes killed", kills),
        community.told("kills: jobs hit at work", hit.count()),
        community.within("kills: last effect after the last kill", took, 60),
        *community.entries("kills", tellings | audiences),
        *community.notices("kills", {**dict.fromkeys(tellings, scale.told - 1), **dict.fromkeys(audiences, 2)}),
        community.dead("kills", before),
    ]


def _kill(stage: Stage, pushed: Circle, before: int) -> list[Post]:
    """The kills, and what was published between them."""
    published = []
    for number in range(stage.scale.kills):
        _wait_for_share(before, number / stage.scale.kills * 0.97)
        if number % 2 == 0:
            published.append(community.publish(pushed, f"第{number}帖 @会员2 @会员3"))
        time.sleep(stage.chance.uniform(0, 0.3))
        running = Job.objects.filter(pk__gt=before, state=JobState.RUNNING)
        with suppress(TimeoutError):  # the work may be done already
            wait_until(running.exists, 0.5, every=0.01)
        stage.crew.kill_one(stage.chance)
        # A supervisor takes a moment to notice; what rules a pool takes its processes with it.
        time.sleep(0.2)
        stage.crew.tend()
    return published


def _wait_for_share(before: int, share: float) -> None:
    """Until so much of the work there is has been done; not for ever, since kills hold it up."""
    jobs = Job.objects.filter(pk__gt=before)
    deadline = time.monotonic() + LONGEST

    def is_done() -> bool:
        total, done = jobs.count(), jobs.filter(state=JobState.DONE).count()
        return (total > 6 and done >= share * total) or time.monotonic() > deadline

    wait_until(is_done, LONGEST + 1, every=0.05)

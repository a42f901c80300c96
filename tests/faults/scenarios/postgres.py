"""Postgres restarted, and killed, while posts go out and people post."""

from __future__ import annotations

import time

from circles.models import Post
from tests.bench.report import Figure
from tests.faults import community
from tests.faults.scenarios.brokers import acknowledged
from tests.faults.stage import Stage
from tests.faults.visitors import people_posting


def restarted(stage: Stage) -> list[Figure]:
    circle = community.circle(min(stage.scale.members, 10_000))
    told = community.circle(min(stage.scale.members, 2_000), level="all")
    found = []
    for name, crash in (("Postgres restarted", False), ("Postgres killed", True)):
        stage.say(f"  {name} …")
        before = community.last_job()
        announced = community.publish(told)
        posters = stage.posters(circle, insists=True)
        with people_posting(posters):
            time.sleep(1)
            ready = stage.restart_postgres(crash=crash)
            back = time.monotonic()
            time.sleep(stage.scale.postgres_seconds)
        stage.until_done(before)
        took = time.monotonic() - back - stage.scale.postgres_seconds
        keys = {key: post for poster in posters for key, post in poster.acknowledged.items()}
        stored = {str(key): post for key, post in Post.objects.filter(circle=circle).values_list("key", "pk")}
        lost = sum(stored.get(key) != post for key, post in keys.items())
        found += [
            community.told(f"{name}: posts acknowledged", len(keys)),
            community.told(f"{name}: posts that had to be sent again", sum(len(one.failures) for one in posters)),
            community.none(f"{name}: acknowledged posts lost or doubled", lost),
            community.within(f"{name}: site ready after the stop began", ready, 10),
            community.within(f"{name}: all sent after the people stopped posting", max(took, 0.0), 60),
            *community.entries(name, dict.fromkeys(acknowledged(posters), circle.member_count)),
            *community.notices(name, {announced.pk: told.member_count - 1}),
            community.dead(name, before),
        ]
    return found

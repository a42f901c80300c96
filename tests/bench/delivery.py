"""From a published post to the people it is for: fan-out, visibility, broadcasts, and what a large circle costs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from statistics import median
from uuid import uuid4

from django.db import connection, transaction

from accounts.models import User
from circles.actions import posts
from circles.models import Circle, Post
from notifications.models import InboxState
from tests.bench import seed
from tests.bench.load import request
from tests.bench.people import cookies
from tests.bench.report import Figure, at_least, at_most, only_told
from tests.bench.stage import NotMeasured, Stage, last_job, wait_for_jobs

READERS = 2
"""Connections that read home without a pause, beside what is measured."""
FANS_ASKED = 20


def fan_out(stage: Stage) -> list[Figure]:
    """One post to everybody of a large circle: by jobs and workers, and by one statement, in turns.

    From the commit of the post until the last of its jobs is committed; no entry missing, none twice.
    """
    circle = stage.community.pushed_circle
    members = stage.scale.pushed_circle
    raw, worked = [], []
    for number in range(stage.scale.rounds + 1):
        raw.append(members / _raw(circle, members))
        worked.append(members / _worked(circle, members))
        stage.say(f"  round {number}: {worked[-1]:,.0f} members/s by jobs, {raw[-1]:,.0f} raw")
    # The first round warms the workers and Postgres up.
    name = f"fan-out to {members:,} members, {stage.community.entries:,} entries standing"
    return [at_least(name, median(worked[1:]), "members/s", floor=median(raw[1:]), reach=0.6)]


def _worked(circle: int, members: int) -> float:
    before = last_job()
    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic()))
        post = _publish(circle)
    done, _ = wait_for_jobs(before)
    _require_entries(post.pk, members)
    return done - committed[0]


def _raw(circle: int, members: int) -> float:
    author = User.objects.get(pk=1)
    post = Post.objects.create(circle_id=circle, author=author, key=uuid4(), body="raw", body_html="<p>raw</p>")
    statement = seed.raw_fan_out(post)
    with connection.cursor() as cursor:
        began = time.monotonic()
        cursor.execute(statement)
        seconds = time.monotonic() - began
    _require_entries(post.pk, members)
    return seconds


def _require_entries(post_id: int, members: int) -> None:
    found = seed.entries_of(post_id)
    if found != members:
        raise NotMeasured(f"{found:,} timelines have the post instead of {members:,}.")


def visible(stage: Stage) -> list[Figure]:
    """From sending a post to the API until it stands on the home page of some member, while others read."""
    circle = Circle.objects.get(pk=stage.community.seen_circle)
    chance = Random(20)
    members = chance.sample(range(2, stage.scale.seen_circle + 1), stage.scale.publications)
    homes = [request("/", headers={"Cookie": cookie}) for cookie in cookies(members)]
    seconds = []
    with stage.read_load(stage.pages("/"), connections=READERS):
        for home in homes:
            word = uuid4().hex
            began, _ = stage.publish(f"/api/v1/circles/{circle.slug}/posts/", word)
            seconds.append(stage.until_seen([home], word) - began)
    seconds.sort()
    name = f"publish → visible, {stage.scale.seen_circle:,} members, under read load, p95"
    p95 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]
    return [at_most(name, p95, "s", reach=2)]


def announcement(stage: Stage) -> list[Figure]:
    """In-app to all fans: what is written, and when the last of some fans of all ages sees it in the inbox."""
    fans = [1 + place * (stage.scale.people - 1) // FANS_ASKED for place in range(1, FANS_ASKED + 1)]
    inboxes = [request("/inbox/", headers={"Cookie": cookie}) for cookie in cookies(fans)]
    # What is kept of somebody who opens an inbox with news for the first time is not the announcement's.
    InboxState.objects.bulk_create([InboxState(pk=fan) for fan in fans], ignore_conflicts=True)
    stage.until_seen(inboxes, "<html")
    quarters = [inboxes[start::4] for start in range(4)]
    word = uuid4().hex
    rows, jobs = _rows(), last_job()
    began, _ = stage.publish("/api/v1/merchants/bench/announcements/", word)
    with ThreadPoolExecutor(len(quarters)) as together:
        seen = max(together.map(lambda pages: stage.until_seen(pages, word), quarters))
    _, job_count = wait_for_jobs(jobs)
    written = _rows() - rows
    name = f"announcement to {stage.scale.people:,} fans"
    return [
        at_most(f"{name}: rows and jobs", written + job_count, "", reach=20),
        at_most(f"{name}: visible to all of {len(fans)} asked", seen - began, "s", reach=2),
    ]


def pulled(stage: Stage) -> list[Figure]:
    """What a post costs in circles above the threshold. Workers must have been started with it."""
    costs = []
    for circle in stage.community.pulled_circles:
        times = []
        for _ in range(5):
            rows, jobs = _rows(), last_job()
            committed: list[float] = []
            with transaction.atomic():
                transaction.on_commit(lambda moments=committed: moments.append(time.monotonic()))
                post = _publish(circle)
            done, job_count = wait_for_jobs(jobs)
            times.append((done - committed[0]) * 1000)
        entries = seed.entries_of(post.pk)
        costs.append((_rows() - rows + entries, job_count, median(times)))
    found = []
    smallest = costs[0]
    for size, (written, jobs, ms) in zip(stage.scale.pulled_circles, costs, strict=True):
        name = f"a post above the threshold, {size:,} members"
        if size == stage.scale.pulled_circles[0]:
            found += [only_told(f"{name}: rows", written, ""), only_told(f"{name}: jobs", jobs, "")]
            found.append(only_told(f"{name}: until all jobs are done", ms, "ms"))
        else:
            found.append(at_most(f"{name}: rows", written, "", reach=1, floor=smallest[0]))
            found.append(at_most(f"{name}: jobs", jobs, "", reach=1, floor=smallest[1]))
            found.append(at_most(f"{name}: until all jobs are done", ms, "ms", reach=1.5, floor=smallest[2]))
    return found


def disk(stage: Stage) -> list[Figure]:
    """Entries as they stand after all that was measured, dead rows and indexes included."""
    size, entries = seed.timeline_bytes()
    return [
        at_most("disk of a 400-entry timeline, indexes included", 400 * size / entries / 1024, "kB", reach=32),
        only_told("timeline entries in the end", entries, ""),
    ]


def _publish(circle: int) -> Post:
    author = User.objects.get(pk=1)
    return posts.publish(author=author, circle=Circle.objects.get(pk=circle), key=uuid4(), body=uuid4().hex)


def _rows() -> int:
    """All rows, but for those of people, memberships and timelines, which are too many to count each time, and jobs.

    Sessions, signs of life and counters of the machine room are not what a post costs.
    """
    seeded = {model._meta.db_table for model in seed.COUNTED_APART}
    total = 0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in seeded and not table.startswith(("django_", "feeds_feedentry", "core_")):
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                total += cursor.fetchone()[0]
    return total

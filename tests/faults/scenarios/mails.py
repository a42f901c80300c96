"""`kill -9` in the middle of an announcement that goes out by mail and push."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict

from accounts.models import User
from core.models import Job, JobState
from merchants.actions import announcements
from notifications.models import Channel, Delivery, DeliveryState
from tests.bench.report import Figure
from tests.faults import community
from tests.faults.crew import wait_until
from tests.faults.sinks import received
from tests.faults.stage import Stage

PATIENCE = 300.0


def workers_killed(stage: Stage) -> list[Figure]:
    """Each fan gets the mail at least once and under one Message-ID; what was doubled is at most one a kill.

    Every other kill hits somebody who is sending, the rest hit at random.
    """
    scale = stage.scale
    # Not the first ones, who have been at the site just now: they would be mailed later.
    mailed, pushed = range(100, 100 + scale.fans), range(100 + scale.fans, 100 + 2 * scale.fans)
    merchant = community.merchant(mailed=mailed, pushed=pushed, push_sink=os.environ["FAULTS_PUSH_SINK"])
    before = community.last_job()
    author = User.objects.get(pk=community.AUTHOR)
    made = announcements.publish(author=author, merchant=merchant, key=community.uuid4(), body="新品上架")
    rows = Delivery.objects.filter(announcement=made)
    of = ("slow",) if "slow" in stage.crew.running else ("one",)
    for number in range(scale.mail_kills):
        goal = (number + 0.5) / (scale.mail_kills + 1) * 2 * scale.fans
        wait_until(lambda goal=goal: rows.filter(state=DeliveryState.SENT).count() >= goal, PATIENCE, every=0.01)
        if number % 2:
            stage.crew.kill_one(stage.chance, of=of)
        else:
            wait_until(lambda: stage.crew.kill_who_talks_to(_sinks(), of=of), PATIENCE, every=0)
        time.sleep(0.2)
        stage.crew.tend()
    last = time.monotonic()
    stage.until_done(before)
    took = time.monotonic() - last
    return [
        community.told("mails: worker processes killed in the middle", scale.mail_kills),
        community.told(
            "mails: jobs hit at work", Job.objects.filter(pk__gt=before, state="done", attempts__gt=1).count()
        ),
        community.told("mails: last one out after the last kill", took, "s"),
        *_mails(scale.fans, scale.mail_kills, mailed),
        *_pushes(scale.fans, scale.mail_kills, pushed),
        community.none("mails: fans without their one row, sent", 2 * scale.fans - _sent_once(rows, mailed, pushed)),
        community.none("mails: rows too many", rows.count() - 2 * scale.fans),
        community.none("mails: jobs not done", Job.objects.filter(pk__gt=before).exclude(state=JobState.DONE).count()),
    ]


def _sinks() -> set[int]:
    """The ports somebody sends to who is at work."""
    return {int(os.environ[name].rpartition(":")[2]) for name in ("EMAIL_URL", "FAULTS_PUSH_SINK")}


def _mails(fans: int, kills: int, mailed: range) -> list[Figure]:
    ids = defaultdict(list)
    for recipient, message_id in received("mail"):
        ids[recipient].append(message_id)
    wanted = {f"fan{number}@example.com" for number in mailed}
    doubled = sum(len(found) - 1 for found in ids.values())
    return [
        community.told("mails: fans to be mailed", fans),
        community.none("mails: fans without mail", len(wanted - set(ids))),
        community.none("mails: mailed without asking", len(set(ids) - wanted)),
        community.none("mails: fans with two Message-IDs", sum(len(set(found)) > 1 for found in ids.values())),
        community.Figure("mails: sent twice", doubled, "", reach=kills, ok=doubled <= kills),
    ]


def _pushes(fans: int, kills: int, pushed: range) -> list[Figure]:
    devices = Counter(path for path, _ in received("push"))
    missing = {f"/push/{number}" for number in pushed} - set(devices)
    doubled = devices.total() - len(devices)
    return [
        community.told("mails: fans to be pushed to", fans),
        community.none("mails: fans without push", len(missing)),
        community.Figure("mails: pushed twice", doubled, "", reach=kills, ok=doubled <= kills),
    ]


def _sent_once(rows, mailed: range, pushed: range) -> int:  # type: ignore[no-untyped-def]
    sent = rows.filter(state=DeliveryState.SENT)
    by_mail = sent.filter(channel=Channel.MAIL, recipient_id__in=mailed)
    by_push = sent.filter(channel=Channel.PUSH, recipient_id__in=pushed)
    return sum(some.values("recipient_id").distinct().count() for some in (by_mail, by_push))

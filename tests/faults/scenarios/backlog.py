"""Somebody is answered while tens of thousands of jobs wait in bulk."""

from __future__ import annotations

import json
import time
from uuid import uuid4

from core.jobs import worker
from core.models import Job, JobState
from notifications.models import Kind, Notification
from tests.bench.report import Figure
from tests.faults import community
from tests.faults.crew import wait_until
from tests.faults.stage import Stage
from tests.faults.visitors import ask, posting

WANTED = 2.0


def reply_beside_bulk(stage: Stage) -> list[Figure]:
    """From sending the reply to the site until it stands in the inbox of whom it answers."""
    scale = stage.scale
    post = community.publish(community.circle(50))
    status, answer = ask(stage.port, posting(f"/api/v1/posts/{post.pk}/comments/", stage.tokens[1], str(uuid4())))
    assert status == 201, answer
    floor = json.loads(answer)["id"]
    wait_until(lambda: Notification.objects.filter(post=post).exists())
    backlog = [Job(queue="bulk", handler="core.delete_picture_files", args={"keys": []}) for _ in range(scale.backlog)]
    Job.objects.bulk_create(backlog, batch_size=5000)
    waiting = Job.objects.filter(queue="bulk", state=JobState.WAITING)
    for _ in range(4):
        worker.wake("bulk")
    wait_until(lambda: waiting.count() < scale.backlog)
    seconds = []
    for _ in range(scale.replies):
        assert waiting.exists(), "the backlog was too short to tell"
        asked = posting(f"/api/v1/posts/{post.pk}/comments/", stage.tokens[2], str(uuid4()), parent=floor)
        began = time.monotonic()
        status, answer = ask(stage.port, asked)
        assert status == 201, answer
        key = f"comment:{json.loads(answer)['id']}"
        arrived = Notification.objects.filter(recipient_id=2, kind=Kind.REPLY, key=key)
        wait_until(lambda arrived=arrived: arrived.exists(), every=0.01)
        seconds.append(time.monotonic() - began)
        time.sleep(0.2)
    left = waiting.count()
    waiting.delete()
    return [
        community.told("backlog: jobs in bulk", scale.backlog),
        community.told("backlog: still waiting after the last reply", left),
        community.within(f"backlog: a reply's notification, slowest of {scale.replies}", max(seconds), WANTED),
    ]

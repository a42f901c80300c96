"""Wake-ups that never arrive. The rows are the jobs, so nothing may depend on a message."""

import subprocess
import sys
import uuid

import pytest
import redis
from django.core.cache import cache

from circles.actions import posts
from circles.models import Membership, Post
from core.jobs import worker
from feeds.models import FeedEntry
from tests.factories import CircleFactory, UserFactory
from tests.faults.waiting import unfinished, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = 50

# Publishes, and dies when the commit is done and the wake-up is about to be sent.
PUBLISH_AND_DIE = """
import os, sys, uuid
import django
django.setup()
from django.contrib.auth import get_user_model
from circles.actions import posts
from circles.models import Circle
from core.jobs import queue
queue.wake = lambda *_, **__: os._exit(9)
circle = Circle.objects.get(pk=int(sys.argv[1]))
posts.publish(author=circle.owner, circle=circle, key=uuid.uuid4(), body=sys.argv[2])
os._exit(0)
"""


@pytest.fixture
def circle():
    circle = CircleFactory()
    people = UserFactory.create_batch(MEMBERS)
    Membership.objects.bulk_create(Membership(circle=circle, user=person) for person in people)
    return circle


def everybody_has_everything(circle, count):
    published = Post.objects.filter(circle=circle)
    assert published.count() == count
    assert FeedEntry.objects.filter(post__in=published).count() == count * (MEMBERS + 1)


def sweep_until_done():
    def done() -> bool:
        worker.sweep()  # what beat does every five seconds
        return not unfinished()

    wait_for(done)


def test_a_process_killed_between_commit_and_wake_up_loses_nothing(own_worker, server_environment, circle):
    deaths = [
        subprocess.run(
            [sys.executable, "-c", PUBLISH_AND_DIE, str(circle.pk), f"第{number}帖"],
            env=server_environment,
            timeout=60,
            check=False,
        ).returncode
        for number in range(4)
    ]
    assert deaths == [9] * 4
    assert unfinished() > 0

    own_worker(queues="notify,fanout", concurrency=1)
    sweep_until_done()

    everybody_has_everything(circle, 4)


def test_both_redis_flushed_in_the_middle_change_nothing(own_worker, settings, circle):
    own_worker(queues="notify,fanout", concurrency=1)
    for number in range(20):
        posts.publish(author=circle.owner, circle=circle, key=uuid.uuid4(), body=f"第{number}帖")
        if number in (5, 12):
            with redis.Redis.from_url(settings.BROKER_URL) as broker:
                broker.flushdb()
            cache.clear()

    sweep_until_done()

    everybody_has_everything(circle, 20)

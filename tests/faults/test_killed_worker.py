"""Workers that die at work. Real processes, `kill -9`, and every effect counted afterwards."""

import time
import uuid

import pytest
from django.db import connection

from circles.actions import comments, posts
from circles.models import Membership
from core.jobs import worker
from core.models import Job, JobState
from feeds.models import FeedEntry
from notifications.models import InboxState, Notification
from tests.factories import CircleFactory, UserFactory
from tests.faults.waiting import unfinished, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = 300
POSTS = 6
KILLS = 4

# Every write of a timeline takes a while, so that a kill can hit the middle of it.
SLOW = """
    CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END $$;
    CREATE TRIGGER slow AFTER INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION slow_down();
"""
AS_BEFORE = "DROP TRIGGER slow ON {table}; DROP FUNCTION slow_down();"


@pytest.fixture
def slow_writes():
    table = FeedEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(SLOW.format(table=table))
    yield
    with connection.cursor() as cursor:
        cursor.execute(AS_BEFORE.format(table=table))


def backends_at_work() -> int:
    """Worker connections that are inside a timeline's INSERT right now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return cursor.fetchone()[0]


def test_a_worker_killed_in_the_middle_leaves_every_effect_exactly_once(own_worker, slow_writes):
    circle = CircleFactory()
    friend, *_others = people = UserFactory.create_batch(MEMBERS)
    Membership.objects.bulk_create(Membership(circle=circle, user=person) for person in people)
    published = [
        posts.publish(author=circle.owner, circle=circle, key=uuid.uuid4(), body=f"第{n}帖 @{friend.nickname}")
        for n in range(POSTS)
    ]
    for post in published:
        comments.publish(author=friend, post=post, key=uuid.uuid4(), body="收到")

    caught = 0
    for _ in range(KILLS):
        process = own_worker(queues="notify,fanout", concurrency=1, JOB_LEASE_SECONDS="1")
        worker.sweep()  # what beat does every five seconds
        wait_for(lambda: backends_at_work() > 0 or not unfinished())
        caught += backends_at_work()
        process.kill()
        time.sleep(1.1)  # the lease runs out
    assert caught >= 2, "no kill hit the middle of a job"

    own_worker(queues="notify,fanout", concurrency=2, JOB_LEASE_SECONDS="5")

    def finished() -> bool:
        worker.sweep()
        return not unfinished()

    wait_for(finished)

    assert not Job.objects.exclude(state__in=[JobState.DONE, JobState.WAITING]).exists()
    entries = FeedEntry.objects.filter(post__in=published)
    assert entries.count() == POSTS * (MEMBERS + 1)
    mentions = Notification.objects.filter(recipient=friend, kind="mention")
    assert mentions.count() == POSTS
    assert Notification.objects.filter(recipient=circle.owner, kind="comment").count() == POSTS
    for person, count in ((friend, POSTS), (circle.owner, POSTS)):
        assert InboxState.objects.get(user=person).unread == count
    assert Job.objects.filter(attempts__gt=1).exists(), "every job was done at the first attempt: nothing was killed"

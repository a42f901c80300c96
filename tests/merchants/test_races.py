"""Many at once, on real transactions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from circles.models import Circle, Post
from core.jobs.models import Job
from merchants.actions import announcements, applications, fans
from merchants.models import Announcement, Fan, Merchant, Staff
from tests.factories import UserFactory
from tests.merchants.conftest import licence

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def together(*calls):
    """Run the calls at the same moment, each on a connection of its own; their results, or what they raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(10)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_eight_reviewers_make_one_circle(pending, reviewer):
    results = together(*[lambda: applications.approve(merchant=pending, by=reviewer)] * THREADS)
    assert {result.circle_id for result in results} == {Circle.objects.get().pk}
    assert Staff.objects.count() == 1


def test_one_licence_applied_for_by_eight(db):
    number = licence()
    people = [UserFactory() for _ in range(THREADS)]
    results = together(
        *(
            lambda person=person: applications.apply(applicant=person, name="茶舍", licence_number=number, intro="")
            for person in people
        )
    )
    assert sorted(getattr(result, "code", "made") for result in results) == ["licence_taken"] * 7 + ["made"]
    assert Merchant.objects.count() == 1


def test_the_counter_equals_the_fans(merchant):
    people = [UserFactory() for _ in range(4)]
    joins = [lambda person=person: fans.follow(user=person, merchant=merchant) for person in people] * 2
    assert not [result for result in together(*joins) if isinstance(result, Exception)]
    merchant.refresh_from_db()
    assert merchant.fan_count == Fan.objects.filter(merchant=merchant).count() == 4
    assert Job.objects.filter(handler="feeds.backfill_announcements").count() == 4
    parts = [lambda person=person: fans.unfollow(user=person, merchant=merchant) for person in people[:2]] * 4
    assert not [result for result in together(*parts) if isinstance(result, Exception)]
    merchant.refresh_from_db()
    assert merchant.fan_count == Fan.objects.filter(merchant=merchant).count() == 2


def test_one_key_announces_once(merchant, owner):
    import uuid

    key = uuid.uuid4()
    results = together(
        *[lambda: announcements.publish(author=owner, merchant=merchant, key=key, body="新茶到了")] * THREADS
    )
    assert {result.pk for result in results} == {Announcement.objects.get().pk}
    assert Post.objects.count() == 1
    assert Job.objects.filter(handler="notifications.broadcast_announcement").count() == 1

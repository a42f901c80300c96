"""From the action to the reader through a real broker and a real Celery worker."""

import time

import pytest

from circles.models import MembershipState
from core.jobs.models import Job, JobState
from feeds.models import FeedEntry
from feeds.queries import home_page
from merchants.actions import fans
from notifications.models import Broadcast
from notifications.queries import unread_count
from tests.factories import CircleFactory, MembershipFactory, UserFactory
from tests.feeds.community import announce, publish, verified_merchant

pytestmark = pytest.mark.django_db(transaction=True)


def within(seconds, condition):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, list(Job.objects.values_list("handler", "state", "error"))
        time.sleep(0.05)


def all_done():
    return not Job.objects.exclude(state=JobState.DONE).exists()


def test_a_post_and_an_announcement_arrive(live_worker):
    circle, reader = CircleFactory(), UserFactory(nickname="小明")
    MembershipFactory(circle=circle, user=reader)
    MembershipFactory(circle=circle, state=MembershipState.LEFT)
    merchant = verified_merchant()
    fans.follow(user=reader, merchant=merchant)
    publish(circle.owner, circle, "早安 @小明你好")
    within(15, lambda: [card.post.body for card in home_page(reader).items] == ["早安 @小明你好"])
    within(15, lambda: unread_count(reader) == 1)
    announce(merchant, "新品")
    within(15, lambda: [card.post.body for card in home_page(reader).items] == ["新品", "早安 @小明你好"])
    within(15, lambda: unread_count(reader) == 2)
    within(15, all_done)
    assert Broadcast.objects.count() == 1
    assert FeedEntry.objects.filter(member=reader).count() == 2
    assert set(FeedEntry.objects.values_list("member", flat=True)) == {
        reader.pk,
        circle.owner_id,
        merchant.applied_by_id,
    }

"""Announcements in home: to fans and to members of the merchant's circle, once each."""

import pytest

from circles.actions import memberships
from feeds.models import FeedEntry, PullSource
from merchants.actions import fans
from tests.factories import UserFactory
from tests.feeds.community import announce, home_page, join, member_of, publish, verified_merchant, work

pytestmark = pytest.mark.django_db


def bodies(viewer):
    return [card.post.body for card in home_page(viewer).items]


@pytest.fixture
def merchant():
    return verified_merchant()


@pytest.fixture
def fan(merchant):
    person = UserFactory()
    fans.follow(user=person, merchant=merchant)
    work()
    return person


def test_fans_and_members_get_it_once_others_not(merchant, fan):
    join(merchant.circle, fan)
    member, outsider = member_of(merchant.circle), UserFactory()
    announce(merchant, "新品")
    work()
    assert [bodies(person) for person in (fan, member, outsider)] == [["新品"], ["新品"], []]
    assert FeedEntry.objects.filter(member=fan).count() == 1


def test_a_fan_gets_announcements_not_the_talk_of_the_circle(merchant, fan):
    publish(merchant.applied_by, merchant.circle, "闲聊")
    announce(merchant, "新品")
    work()
    assert bodies(fan) == ["新品"]


@pytest.mark.parametrize("most", [1, 10])
def test_a_fan_of_a_large_merchant_pulls_announcements_alone(merchant, fan, settings, most):
    settings.FEED_PUSH_MAX_MEMBERS = most
    publish(merchant.applied_by, merchant.circle, "闲聊")
    announce(merchant, "一")
    work()
    settings.FEED_PUSH_MAX_MEMBERS = 11 - most
    announce(merchant, "二")
    work()
    assert bodies(fan) == ["二", "一"]
    assert PullSource.objects.get().for_fans
    assert FeedEntry.objects.filter(member=fan).count() == 1


def test_who_follows_finds_the_newest_announcements(merchant):
    announce(merchant, "从前")
    publish(merchant.applied_by, merchant.circle, "闲聊")
    work()
    late = UserFactory()
    fans.follow(user=late, merchant=merchant)
    work()
    assert bodies(late) == ["从前"]


def test_unfollowing_takes_effect_on_the_next_read(merchant, fan):
    announce(merchant, "新品")
    work()
    fans.unfollow(user=fan, merchant=merchant)
    assert bodies(fan) == []


def test_leaving_the_circle_leaves_a_fan_the_announcements(merchant, fan):
    join(merchant.circle, fan)
    publish(merchant.applied_by, merchant.circle, "闲聊")
    announce(merchant, "新品")
    work()
    assert bodies(fan) == ["新品", "闲聊"]
    memberships.leave(user=fan, circle=merchant.circle)
    assert bodies(fan) == ["新品"]
    work()
    assert bodies(fan) == ["新品"]
    assert FeedEntry.objects.filter(member=fan).count() == 1


def test_an_announcement_to_many_is_split(merchant, fan, settings):
    settings.FEED_RANGE_SIZE = 2
    people = [UserFactory() for _ in range(4)]
    for person in people:
        fans.follow(user=person, merchant=merchant)
    announce(merchant, "新品")
    work()
    assert all(bodies(person) == ["新品"] for person in [fan, *people])

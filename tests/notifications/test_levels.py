import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import NoticeLevel
from circles.actions import comments, memberships
from circles.models import Membership
from core.jobs.models import Job
from merchants.actions import fans
from notifications import consumers
from notifications.actions import tell
from notifications.models import Delivery, Notification
from notifications.queries import inbox, unread_count
from notifications.ranges import NO_END
from tests.factories import UserFactory
from tests.feeds.community import announce, join, member_of, publish, verified_merchant, work

MATRIX = {
    NoticeLevel.ALL: {"post", "comment", "reply", "mention", "like"},
    NoticeLevel.HIGHLIGHTS: {"comment", "reply", "mention", "like"},
    NoticeLevel.MENTIONS: {"reply", "mention"},
    NoticeLevel.DIGEST: {"comment", "reply", "mention"},
    NoticeLevel.MUTED: set(),
}


@pytest.fixture
def busy_circle(circle, author, post, comment, like):
    """Everything that can happen to the author: call it after choosing a level."""

    def happen():
        other = member_of(circle, nickname="别人")
        work()
        mine = comments.publish(author=author, post=post, key=uuid.uuid4(), body="我的楼")
        work()
        Notification.objects.all().delete()
        comment(other, post, "好看")
        comment(other, post, "回你", parent=mine)
        publish(other, circle, f"看看 @{author.nickname}")
        publish(other, circle, "一件小事")
        work()
        like(other, post)
        return other

    return happen


@pytest.mark.parametrize("level", NoticeLevel)
def test_each_level_lets_its_kinds_through(level, circle, author, busy_circle):
    memberships.set_level(user=author, circle=circle, level=level)
    busy_circle()
    assert {item.kind for item in inbox(author).items} == MATRIX[level]


@pytest.mark.parametrize("level", [level for level in NoticeLevel if level != NoticeLevel.ALL])
def test_without_a_choice_the_default_counts(level, circle, author, busy_circle):
    author.notice_level = level
    author.save(update_fields=["notice_level"])
    busy_circle()
    assert {item.kind for item in inbox(author).items} == MATRIX[level]


def test_one_tap_mutes_and_brings_back_the_default(circle, author):
    memberships.set_muted(user=author, circle=circle, muted=True)
    assert Membership.objects.get(user=author).level == NoticeLevel.MUTED
    memberships.set_muted(user=author, circle=circle, muted=False)
    assert Membership.objects.get(user=author).level == ""
    author.notice_level = NoticeLevel.MUTED
    author.save(update_fields=["notice_level"])
    memberships.set_muted(user=author, circle=circle, muted=False)
    assert Membership.objects.get(user=author).level == NoticeLevel.HIGHLIGHTS, "turning it on does turn it on"


def test_a_mention_in_a_new_post_is_told_once(circle, author):
    memberships.set_level(user=author, circle=circle, level=NoticeLevel.ALL)
    other = member_of(circle)
    work()
    publish(other, circle, f"看看 @{author.nickname}")
    work()
    assert [item.kind for item in inbox(author).items] == ["mention"]


def test_many_who_want_every_post_are_told_by_ranges(circle, monkeypatch, badge):
    monkeypatch.setattr(consumers, "RANGE_SIZE", 3)
    people = [UserFactory() for _ in range(8)]
    join(circle, *people)
    writer = member_of(circle)
    work()
    for person in people:
        memberships.set_level(user=person, circle=circle, level=NoticeLevel.ALL)
    publish(writer, circle)
    work()
    assert sorted(Notification.objects.values_list("recipient_id", "kind")) == [(p.pk, "post") for p in people]
    assert {badge(person) for person in people} == {1}


def test_telling_many_costs_no_more_statements_than_telling_few(circle, browser):
    writer = member_of(circle)
    counts = []
    for number in (2, 12):
        people = [UserFactory() for _ in range(number)]
        join(circle, *people)
        Membership.objects.filter(user__in=people).update(level=NoticeLevel.ALL)
        browser(people[0])
        made = publish(writer, circle)
        with CaptureQueriesContext(connection) as queries:
            tell.new_post(post_id=made.pk, after=0, until=NO_END)
        counts.append(len(queries))
        before = Delivery.objects.count()
        tell.new_post(post_id=made.pk, after=0, until=NO_END)
        assert Delivery.objects.count() == before, "a second run tells nobody"
    assert counts[0] == counts[1]
    assert Notification.objects.filter(kind="post").count() == 2 + (2 + 12)
    assert Delivery.objects.filter(channel="mail").count() == 16
    assert Delivery.objects.filter(channel="push").count() == 1 + 2


@pytest.mark.parametrize(
    ("level", "shown"),
    [("all", True), ("highlights", True), ("mentions", False), ("digest", False), ("muted", False), ("", True)],
)
def test_announcements_come_to_the_inbox_at_two_levels(db, level, shown):
    merchant, fan = verified_merchant(), UserFactory()
    fans.follow(user=fan, merchant=merchant)
    fans.set_level(user=fan, merchant=merchant, level=level)
    announce(merchant)
    work()
    assert unread_count(fan) == int(shown)
    assert len(inbox(fan).items) == int(shown)


def test_a_default_of_silence_covers_merchants(db):
    merchant, fan = verified_merchant(), UserFactory(notice_level="muted")
    fans.follow(user=fan, merchant=merchant)
    announce(merchant)
    work()
    assert unread_count(fan) == 0
    fans.set_level(user=fan, merchant=merchant, level="highlights")
    assert unread_count(fan) == 1


def test_posts_claimed_together_are_told_of_by_range_jobs_each_once(circle, author):
    """One handful is told on the spot; two would lock the same inboxes in two orders."""
    readers = [member_of(circle) for _ in range(2)]
    for reader in readers:
        memberships.set_level(user=reader, circle=circle, level=NoticeLevel.ALL)
    work()
    made = [publish(author, circle, body) for body in ("一", "二")]
    work()
    parts = Job.objects.filter(handler="notifications.notify_new_post_to_range").order_by("pk")
    assert [part.args["post_id"] for part in parts] == [post.pk for post in made]
    for reader in readers:
        assert sorted(Notification.objects.filter(recipient=reader).values_list("kind", "post")) == [
            ("post", post.pk) for post in made
        ]
    publish(author, circle, "三")
    work()
    assert parts.count() == 2
    assert Notification.objects.filter(kind="post").count() == 6

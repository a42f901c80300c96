from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import User
from circles.actions import likes, memberships, posts
from core.jobs.models import Job, JobState
from merchants.actions import fans
from notifications import tasks
from notifications.actions.read import mark_all_read
from notifications.models import Delivery, Preferences
from tests.factories import UserFactory
from tests.feeds.community import LONG_AGO, announce, join, member_of, publish, verified_merchant, work

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY_8 = datetime(2026, 11, 22, 8, 1, tzinfo=SHANGHAI)
MONDAY_8 = SUNDAY_8 + timedelta(days=1)


@pytest.fixture
def reader(circle):
    """Somebody who was last here long ago and wants a digest at eight."""
    person = member_of(circle, nickname="读者", last_seen_at=LONG_AGO)
    Preferences.objects.create(user=person, mail=False, digest="daily", digest_hour=8)
    return person


@pytest.fixture(autouse=True)
def the_evening_before():
    with time_machine.travel(SUNDAY_8 - timedelta(hours=12)) as clock:
        yield clock


def at(clock, moment):
    clock.move_to(moment)
    User.objects.update(last_seen_at=LONG_AGO)
    tasks.plan_digests()
    work()


def test_unread_things_and_good_posts(reader, circle, mail_sink, the_evening_before):
    other = member_of(circle, nickname="李雷")
    publish(other, circle, f"看看 @{reader.nickname}")
    best, plain = publish(other, circle, "最好的一帖"), publish(other, circle, "平常的一帖")
    likes.like(user=member_of(circle), post=best)
    hidden = publish(other, circle, "藏起来的")
    posts.hide(post=hidden)
    work()
    at(the_evening_before, SUNDAY_8)
    [mail] = mail_sink.to(reader)
    assert mail["Subject"] == "1 message for you"
    assert mail["Message-ID"] == f"<digest.2026-11-22.{reader.pk}@127.0.0.1>"
    text = mail.get_body(["plain"]).get_content()
    assert "李雷 mentioned you" in text
    assert text.index("最好的一帖") < text.index("平常的一帖")
    assert plain.get_absolute_url() in text
    assert "藏起来的" not in text
    assert "<strong>李雷</strong> mentioned you" in mail.get_body(["html"]).get_content()
    assert Delivery.objects.values_list("key", "state").get() == ("digest:2026-11-22", "sent")


def test_never_an_empty_one(reader, circle, mail_sink, the_evening_before):
    publish(reader, circle, "自己的")
    work()
    at(the_evening_before, SUNDAY_8)
    assert mail_sink.mails == []
    assert not Delivery.objects.exists()


def test_once_a_period_however_many_beats(reader, circle, mail_sink, the_evening_before):
    publish(member_of(circle), circle, "一帖")
    work()
    the_evening_before.move_to(SUNDAY_8)
    tasks.plan_digests()
    tasks.plan_digests()
    work()
    at(the_evening_before, SUNDAY_8 + timedelta(minutes=10))
    assert len(mail_sink.mails) == 1
    assert Job.objects.filter(handler="notifications.send_digests").count() == 1
    Job.objects.filter(handler__in=("notifications.send_digests", "notifications.plan_digests")).update(
        state=JobState.WAITING
    )
    work()
    Preferences.objects.update(digest_hour=10)
    at(the_evening_before, SUNDAY_8 + timedelta(hours=2))
    assert len(mail_sink.mails) == 1, "nor by choosing a later hour"
    publish(member_of(circle), circle, "第二天的")
    work()
    at(the_evening_before, MONDAY_8 + timedelta(hours=2))
    assert len(mail_sink.mails) == 2


def test_an_hour_beat_slept_through_is_made_up_for(reader, circle, mail_sink, the_evening_before):
    publish(member_of(circle), circle, "一帖")
    work()
    at(the_evening_before, SUNDAY_8 + timedelta(hours=2))
    assert len(mail_sink.mails) == 1


@pytest.mark.parametrize(("rhythm", "sunday", "monday"), [("daily", 1, 2), ("weekly", 0, 1), ("off", 0, 0)])
def test_rhythms(reader, circle, mail_sink, the_evening_before, rhythm, sunday, monday):
    Preferences.objects.update(digest=rhythm)
    publish(member_of(circle), circle, "周六的")
    work()
    at(the_evening_before, SUNDAY_8)
    assert len(mail_sink.mails) == sunday
    publish(member_of(circle), circle, "周日的")
    work()
    at(the_evening_before, MONDAY_8)
    assert len(mail_sink.mails) == monday


@pytest.mark.parametrize(
    ("level", "listed"), [("all", True), ("highlights", True), ("digest", True), ("mentions", False), ("muted", False)]
)
def test_levels_hold_for_the_digest(reader, circle, mail_sink, the_evening_before, level, listed):
    memberships.set_level(user=reader, circle=circle, level=level)
    publish(member_of(circle), circle, "一帖")
    work()
    mark_all_read(user=reader)
    at(the_evening_before, SUNDAY_8)
    assert len(mail_sink.mails) == int(listed)


def test_announcements_of_merchants_heard_only_there(reader, mail_sink, the_evening_before):
    merchant = verified_merchant()
    fans.follow(user=reader, merchant=merchant)
    fans.set_level(user=reader, merchant=merchant, level="digest")
    announce(merchant, "新品上架")
    work()
    at(the_evening_before, SUNDAY_8)
    [mail] = mail_sink.to(reader)
    assert "新品上架" in mail.get_body(["plain"]).get_content()


def test_many_by_ranges(circle, settings, mail_sink, the_evening_before):
    settings.DIGEST_RANGE_SIZE = 3
    people = [UserFactory(last_seen_at=LONG_AGO) for _ in range(7)]
    join(circle, *people)
    Preferences.objects.bulk_create([Preferences(user=person, digest="daily") for person in people])
    publish(member_of(circle), circle, "一帖")
    work()
    at(the_evening_before, SUNDAY_8)
    assert sorted(str(mail["To"]) for mail in mail_sink.mails) == sorted(person.email for person in people)
    assert Job.objects.filter(handler="notifications.send_digests", parent__isnull=False).count() == 3


def test_not_while_here(reader, circle, mail_sink, the_evening_before):
    publish(member_of(circle), circle, "一帖")
    work()
    the_evening_before.move_to(SUNDAY_8)
    User.objects.filter(pk=reader.pk).update(last_seen_at=SUNDAY_8)
    tasks.plan_digests()
    work()
    assert mail_sink.mails == []
    the_evening_before.move_to(SUNDAY_8 + timedelta(minutes=6))
    tasks.release_due()
    work()
    assert len(mail_sink.to(reader)) == 1


def test_turned_off_by_its_link(reader, circle, mail_sink, the_evening_before, client):
    publish(member_of(circle), circle, "一帖")
    work()
    at(the_evening_before, SUNDAY_8)
    client.post(mail_sink.mails[0]["List-Unsubscribe"].strip(" <>").removeprefix("http://127.0.0.1:8000"))
    assert Preferences.objects.get().digest == "off"

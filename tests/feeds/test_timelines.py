"""Timelines as rows: how far back they reach, who is written for, and what readers see of it (nothing)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from circles.actions import memberships
from circles.models import Membership, Post
from core.jobs import enqueue
from core.jobs.models import Job
from core.jobs.schedule import once_per_slot
from feeds.actions import timelines
from feeds.models import Absence, FeedEntry, PullSource, second_of
from feeds.tasks import keep_timelines
from tests.factories import CircleFactory, PostFactory, UserFactory
from tests.feeds.community import announce, home_page, member_of, publish, verified_merchant, work

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


def bodies(viewer, **options):
    return [card.post.body for card in home_page(viewer, **options).items]


def all_pages(viewer, size):
    seen, cursor = [], None
    while True:
        page = home_page(viewer, cursor, size=size)
        seen += [card.post.body for card in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen


def entries_of(person):
    return FeedEntry.objects.filter(member=person).count()


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def aged(post, days):
    """As if it had been published then, by the real action and not yet fanned out."""
    Post.objects.filter(pk=post.pk).update(published_at=days_ago(days))
    return post


def joined_long_ago(circle):
    Membership.objects.filter(circle=circle).update(joined_at=timezone.now() - YEAR)


def unseen_for(person, days):
    User.objects.filter(pk=person.pk).update(last_seen_at=days_ago(days))


def a_day_passes():
    for handler in ("feeds.turn_partitions", "feeds.mark_absences"):
        enqueue(handler)
    work()


@pytest.fixture
def circle():
    return CircleFactory()


@pytest.fixture
def reader(circle):
    person = member_of(circle)
    work()
    joined_long_ago(circle)
    return person


class TestEntries:
    def test_an_entry_is_member_second_and_post(self, circle, reader):
        post = publish(circle.owner, circle)
        work()
        entry = FeedEntry.objects.get(member=reader)
        assert (entry.post_id, entry.at) == (post.pk, second_of(post.published_at))

    def test_posts_of_one_second_stand_in_the_order_they_were_published(self, circle, reader):
        start = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
        order = [5, 1, 4, 2, 3, 0]  # the order of ids is not that of time
        for place in order:
            post = publish(circle.owner, circle, str(place))
            Post.objects.filter(pk=post.pk).update(published_at=start + timedelta(milliseconds=100 * place))
        work()
        assert entries_of(reader) == 6
        assert all_pages(reader, size=2) == ["5", "4", "3", "2", "1", "0"]

    def test_what_is_older_than_timelines_reach_is_pulled(self, circle, reader):
        for days in (80, 50, 29, 20, 2):
            aged(publish(circle.owner, circle, str(days)), days)
        work()
        assert entries_of(reader) == 3
        assert all_pages(reader, size=2) == ["2", "20", "29", "50", "80"]

    def test_a_post_restored_long_after_is_in_its_place(self, circle, reader):
        post = PostFactory(circle=circle, body="旧", published_at=days_ago(40))
        timelines.fan_out(post_id=post.pk, job_id=0)
        assert not FeedEntry.objects.exists()
        assert bodies(reader) == ["旧"]

    def test_what_was_there_before_joining_is_there_at_once_and_once(self, circle):
        for days in (40, 3):
            aged(publish(circle.owner, circle, f"{days}"), days)
        work()
        late = member_of(circle)
        publish(circle.owner, circle, "新")
        assert bodies(late)[-2:] == ["3", "40"]
        work()
        assert bodies(late) == ["新", "3", "40"]
        memberships.leave(user=late, circle=circle)
        memberships.join(user=late, circle=circle)
        work()
        assert bodies(late) == ["新", "3", "40"]

    def test_announcements_of_before_are_pulled_without_the_talk(self):
        merchant = verified_merchant()
        aged(announce(merchant, "从前").post, 3)
        publish(merchant.applied_by, merchant.circle, "闲聊")
        work()
        from merchants.actions import fans

        late = UserFactory()
        fans.follow(user=late, merchant=merchant)
        assert bodies(late) == ["从前"]
        work()
        assert bodies(late) == ["从前"]


class TestRanges:
    def test_a_range_may_run_twice_and_beside_others(self, circle, settings):
        settings.FEED_RANGE_SIZE = 2
        people = sorted([member_of(circle) for _ in range(4)] + [circle.owner], key=lambda person: person.pk)
        work()
        publish(circle.owner, circle)
        work()
        parts = list(Job.objects.filter(handler="feeds.fan_out_range").order_by("pk").values_list("args", flat=True))
        assert [(part["first_id"], part["last_id"]) for part in parts] == [
            (people[0].pk, people[1].pk),
            (people[2].pk, people[3].pk),
            (people[4].pk, people[4].pk),
        ]
        for part in parts:
            timelines.fan_out_range(**part)
        assert sorted(FeedEntry.objects.values_list("member_id", flat=True)) == [person.pk for person in people]

    def test_of_posts_done_together_no_more_is_written_at_once_than_of_one(self, circle, reader, settings):
        settings.FEED_RANGE_SIZE = 3
        posts = [publish(circle.owner, circle, body) for body in ("一", "二", "三")]
        work()
        parts = Job.objects.filter(handler="feeds.fan_out_range").order_by("pk").values_list("args__post_id", flat=True)
        assert list(parts) == [post.pk for post in posts[1:]]
        assert bodies(reader) == bodies(circle.owner) == ["三", "二", "一"]
        assert FeedEntry.objects.count() == 6

    def test_one_too_many_is_pulled(self, circle, reader, settings):
        settings.FEED_RANGE_SIZE = 1
        settings.FEED_PUSH_MAX_MEMBERS = 2
        publish(circle.owner, circle, "两人")
        work()
        assert (FeedEntry.objects.count(), PullSource.objects.count()) == (2, 0)
        third = member_of(circle)
        publish(circle.owner, circle, "三人")
        work()
        assert PullSource.objects.get().circle == circle
        assert bodies(reader) == bodies(third) == ["三人", "两人"]


class TestAbsence:
    @pytest.fixture
    def absent(self, circle, reader):
        unseen_for(reader, 40)
        publish(circle.owner, circle, "走前")
        work()
        a_day_passes()
        return reader

    def test_nothing_is_written_for_the_absent(self, circle, absent):
        assert Absence.objects.get().member == absent
        publish(circle.owner, circle, "不在")
        work()
        assert (entries_of(absent), entries_of(circle.owner)) == (1, 2)

    def test_who_comes_back_finds_everything_and_is_written_for(self, circle, absent, settings):
        publish(circle.owner, circle, "不在")
        work()
        assert all_pages(absent, size=1) == ["不在", "走前"]
        assert Job.objects.filter(handler="feeds.resume_timeline").count() == 1
        work()
        assert Absence.objects.get().complete_since > timezone.now()
        publish(circle.owner, circle, "又在")
        work()
        assert entries_of(absent) == 2
        assert all_pages(absent, size=1) == ["又在", "不在", "走前"]

    def test_what_was_missed_is_still_there_when_the_timeline_has_settled(self, circle, absent):
        aged(publish(circle.owner, circle, "不在"), 2)
        work()
        bodies(absent)
        work()
        Absence.objects.update(complete_since=days_ago(1))
        for number in range(3):
            publish(circle.owner, circle, str(number))
        work()
        assert bodies(absent, size=2) == ["2", "1"]
        assert set(all_pages(absent, size=2)) == {"2", "1", "0", "不在", "走前"}

    def test_the_row_goes_when_the_timeline_is_complete(self, absent):
        bodies(absent)
        work()
        unseen_for(absent, 0)
        Absence.objects.update(complete_since=days_ago(31))
        a_day_passes()
        assert not Absence.objects.exists()

    def test_who_stays_away_again_is_absent_again(self, absent):
        Absence.objects.update(complete_since=days_ago(35))
        a_day_passes()
        assert Absence.objects.get().complete_since is None

    def test_reading_often_asks_once(self, absent):
        for _ in range(3):
            bodies(absent)
        assert Job.objects.filter(handler="feeds.resume_timeline").count() == 1
        cache.clear()
        bodies(absent)
        assert Job.objects.filter(handler="feeds.resume_timeline").count() <= 2

    def test_many_people_are_looked_at_step_by_step(self, circle, monkeypatch):
        monkeypatch.setattr("feeds.actions.absences.PEOPLE_AT_ONCE", 2)
        people = UserFactory.create_batch(5, last_seen_at=days_ago(31))
        a_day_passes()
        assert set(Absence.objects.values_list("member", flat=True)) == {person.pk for person in people}


def test_daily_work_is_written_once_a_day():
    keep_timelines()
    keep_timelines()
    assert sorted(Job.objects.values_list("handler", flat=True)) == [
        "feeds.mark_absences",
        "feeds.pack_partitions",
        "feeds.turn_partitions",
    ]
    once_per_slot("feeds.turn_partitions", timedelta(days=1), now=timezone.now() + timedelta(days=1))
    assert Job.objects.filter(handler="feeds.turn_partitions").count() == 2


@pytest.mark.parametrize("circles", [5, 50])
def test_places_are_found_with_one_query(reader, circles, django_assert_num_queries):
    from feeds.candidates import candidates

    for _ in range(circles):
        other = CircleFactory()
        Membership.objects.create(circle=other, user=reader)
        PostFactory(circle=other)
    with django_assert_num_queries(1):
        assert len(candidates(reader, before=None, after=None, most=100)) == circles

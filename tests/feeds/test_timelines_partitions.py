"""Partitions of the timelines: made ahead and when missing, packed when over, dropped when old."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from circles.models import Membership, Post
from core.jobs import enqueue
from feeds.actions import partitions
from feeds.models import FeedEntry, second_of
from tests.factories import CircleFactory
from tests.feeds.community import home_page, member_of, publish, work


def name_of(when):
    return f"feeds_feedentry_{partitions.start_of(when):%Y%m%d}"


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def drop_all():
    for name in partitions.names():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {name}")


def fill_of_index(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [f"{name}_pkey"])
        [[options]] = cursor.fetchall()
    return int(dict(option.split("=") for option in options)["fillfactor"])


def turn():
    enqueue("feeds.turn_partitions")
    work()


@pytest.mark.django_db
class TestTurning:
    def test_they_are_there_from_the_first_day(self):
        covered = [name_of(days_ago(days)) for days in (30, 14, 0, -7)]
        assert set(covered) <= set(partitions.names())

    def test_they_are_made_ahead(self):
        drop_all()
        turn()
        first, *_, last = partitions.names()
        assert (first, last) == (name_of(days_ago(31)), name_of(days_ago(-7)))
        turn()
        assert partitions.names()[0] == first

    def test_an_old_one_is_dropped_and_home_stays_as_it_was(self):
        circle = CircleFactory()
        reader = member_of(circle)
        Membership.objects.update(joined_at=days_ago(365))
        old, young = publish(circle.owner, circle, "旧"), publish(circle.owner, circle, "新")
        work()
        Post.objects.filter(pk=old.pk).update(published_at=days_ago(60))
        partitions.ensure(days_ago(60))
        FeedEntry.objects.filter(post=old).delete()
        FeedEntry.objects.create(member=reader, post=old, at=second_of(days_ago(60)))

        def pages():
            first = home_page(reader, size=1)
            return [card.post.body for page in (first, home_page(reader, first.next_cursor)) for card in page.items]

        assert pages() == ["新", "旧"]
        assert name_of(days_ago(60)) in partitions.names()
        turn()
        assert name_of(days_ago(60)) not in partitions.names()
        assert set(FeedEntry.objects.values_list("post", flat=True)) == {young.pk}
        assert pages() == ["新", "旧"]

    def test_none_that_may_be_read_is_dropped(self):
        before = partitions.names()
        assert partitions.drop_old() == []
        assert partitions.names() == before

    def test_a_post_makes_its_partition_where_none_is(self):
        circle = CircleFactory()
        drop_all()
        publish(circle.owner, circle)
        work()
        assert partitions.names() == [name_of(timezone.now())]
        assert FeedEntry.objects.get().member == circle.owner

    def test_joining_finds_what_it_needs(self):
        circle = CircleFactory()
        publish(circle.owner, circle)
        work()
        drop_all()
        late = member_of(circle)
        work()
        assert FeedEntry.objects.get().member == late


@pytest.mark.django_db(transaction=True)
class TestBesideOthers:
    @pytest.fixture(autouse=True)
    def as_before(self):
        yield
        partitions.make_ahead()

    def test_two_make_one(self):
        drop_all()
        ready, failed = Barrier(2), []

        def make():
            try:
                ready.wait()
                partitions.make_ahead()
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        threads = [Thread(target=make) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert len(partitions.names()) == len(set(partitions.names())) >= 6

    def test_those_that_are_over_are_packed_once(self):
        FeedEntry.objects.bulk_create(
            FeedEntry(member_id=member, post_id=post, at=second_of(days_ago(20)))
            for post in range(20)
            for member in range(1, 501)
        )
        name = name_of(days_ago(20))
        size = size_of_indexes(name)
        assert name in partitions.pack()
        assert size_of_indexes(name) < size
        assert FeedEntry.objects.count() == 10_000
        assert partitions.pack() == []

    def test_the_running_one_is_written_anew_once_a_day_with_room_for_the_next(self, monkeypatch):
        began = partitions.start_of(timezone.now())

        def at(**since):
            monkeypatch.setattr(timezone, "now", lambda: began + timedelta(**since))

        at(days=4, hours=6)
        FeedEntry.objects.bulk_create(
            FeedEntry(member_id=member, post_id=post, at=second_of(timezone.now()))
            for post in range(20)
            for member in range(1, 501)
        )
        name = name_of(timezone.now())
        size = size_of_indexes(name)
        assert name in partitions.pack()
        assert size_of_indexes(name) < size
        assert fill_of_index(name) == 81
        assert partitions.pack() == []
        at(days=5, hours=6)
        assert partitions.pack() == [name]
        assert fill_of_index(name) == 84
        at(days=7, hours=5)
        assert name in partitions.pack(), "what is late still comes"
        at(days=7, hours=7)
        assert name in partitions.pack()
        assert fill_of_index(name) == 100
        assert name not in partitions.pack()

    def test_flush_empties_them_all(self):
        FeedEntry.objects.create(member_id=1, post_id=1, at=second_of(days_ago(0)))
        call_command("flush", interactive=False, verbosity=0)
        assert not FeedEntry.objects.exists()
        assert name_of(timezone.now()) in partitions.names()


def size_of_indexes(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_indexes_size(%s)", [name])
        return cursor.fetchone()[0]

import pytest

from circles.actions import gates, memberships
from circles.actions import posts as post_actions
from circles.cards import Html
from circles.models import Membership, Post
from core.jobs.models import Job, JobState
from core.jobs.worker import run
from feeds import queries
from feeds.models import FeedEntry, PullSource
from feeds.queries import new_count, place_of
from tests.factories import CircleFactory, PostFactory, UserFactory
from tests.feeds.community import home_page, join, member_of, publish, work

pytestmark = pytest.mark.django_db


def bodies(viewer, **options):
    return [card.post.body for card in home_page(viewer, **options).items]


@pytest.fixture
def circle():
    return CircleFactory()


@pytest.fixture
def reader(circle):
    person = member_of(circle)
    work()
    return person


def test_a_post_reaches_every_member_once(circle, reader):
    outsider = UserFactory()
    publish(circle.owner, circle, "早安")
    work()
    assert bodies(reader) == ["早安"]
    assert bodies(outsider) == []
    assert FeedEntry.objects.filter(member=reader).count() == 1


def test_own_posts_are_there_before_any_worker_ran(circle, reader):
    publish(reader, circle, "我的")
    assert bodies(reader) == ["我的"]
    work()
    assert bodies(reader) == ["我的"]


def test_a_job_that_runs_twice_writes_once(circle, reader):
    publish(circle.owner, circle)
    work()
    before = set(FeedEntry.objects.values_list("member_id", "post_id"))
    for job in Job.objects.filter(queue="fanout"):
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RUNNING, attempts=2, lease_until="2099-01-01T00:00Z", finished_at=None
        )
        run(job.pk, 2)
    assert not Job.objects.exclude(state=JobState.DONE).exists()
    assert set(FeedEntry.objects.values_list("member_id", "post_id")) == before


def test_a_large_audience_is_split_into_ranges(circle, settings):
    settings.FEED_RANGE_SIZE = 2
    people = [member_of(circle) for _ in range(5)]
    work()
    publish(circle.owner, circle, "大家好")
    work()
    assert [job.state for job in Job.objects.filter(handler="feeds.fan_out_range")] == ["done"] * 3
    assert all(job.parent.handler == "feeds.fan_out_post" for job in Job.objects.filter(handler="feeds.fan_out_range"))
    assert all(bodies(person) == ["大家好"] for person in [*people, circle.owner])
    assert FeedEntry.objects.count() == 6


def test_a_very_large_circle_is_pulled(circle, reader, settings):
    settings.FEED_PUSH_MAX_MEMBERS = 1
    publish(circle.owner, circle, "人多")
    work()
    assert not FeedEntry.objects.exists()
    assert bodies(reader) == ["人多"]
    assert bodies(UserFactory()) == []


def test_crossing_the_size_either_way_loses_and_doubles_nothing(circle, reader, settings):
    publish(circle.owner, circle, "小")
    work()
    settings.FEED_PUSH_MAX_MEMBERS = 1
    publish(circle.owner, circle, "大")
    work()
    assert bodies(reader) == ["大", "小"]
    settings.FEED_PUSH_MAX_MEMBERS = 10
    publish(circle.owner, circle, "又小")
    work()
    assert bodies(reader) == ["又小", "大", "小"]
    assert FeedEntry.objects.filter(member=reader).count() == 2
    assert PullSource.objects.get().for_members


def test_who_joins_finds_all_that_was_there_before_any_worker_ran(circle, monkeypatch):
    monkeypatch.setattr("feeds.actions.timelines.BACKFILL_POSTS", 2)
    for number in range(3):
        publish(circle.owner, circle, f"第{number}")
    work()
    late = member_of(circle)
    assert bodies(late) == ["第2", "第1", "第0"]
    work()
    assert bodies(late) == ["第2", "第1", "第0"]


def test_leaving_takes_effect_on_the_next_read(circle, reader):
    publish(circle.owner, circle)
    work()
    memberships.leave(user=reader, circle=circle)
    assert FeedEntry.objects.filter(member=reader).exists()
    assert bodies(reader) == []
    work()
    assert not FeedEntry.objects.filter(member=reader).exists()


def test_a_ban_takes_effect_on_the_next_read(circle, reader):
    publish(circle.owner, circle)
    work()
    memberships.ban(user=reader, circle=circle)
    assert bodies(reader) == []


def test_coming_back_before_the_worker_forgets_keeps_everything(circle, reader):
    publish(circle.owner, circle, "还在")
    work()
    memberships.leave(user=reader, circle=circle)
    memberships.join(user=reader, circle=circle)
    work()
    assert bodies(reader) == ["还在"]


def test_a_hidden_post_is_gone_and_comes_back(circle, reader):
    post = publish(circle.owner, circle, "先藏")
    work()
    post_actions.hide(post=post)
    assert bodies(reader) == []
    post_actions.restore(post=post)
    assert bodies(reader) == ["先藏"]


def test_a_post_hidden_before_it_was_fanned_out_is_passed_over(circle, reader):
    post = publish(circle.owner, circle)
    post_actions.hide(post=post)
    work()
    assert not FeedEntry.objects.exists()


def test_a_deleted_post_is_gone(circle, reader):
    post = publish(circle.owner, circle)
    work()
    post_actions.delete(actor=circle.owner, post=post)
    assert bodies(reader) == []


def test_pages_follow_each_other_without_gap_or_double(circle, reader):
    for number in range(7):
        publish(circle.owner, circle, str(number))
    work()
    seen, cursor = [], None
    while True:
        page = home_page(reader, cursor, size=3)
        seen += [card.post.body for card in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_hidden_posts_do_not_make_a_page_short(circle, reader):
    made = [publish(circle.owner, circle, str(number)) for number in range(12)]
    work()
    Post.objects.filter(pk__in=[post.pk for post in made[4:]]).update(state="hidden")
    page = home_page(reader, size=3)
    assert [card.post.body for card in page.items] == ["3", "2", "1"]
    assert [card.post.body for card in home_page(reader, page.next_cursor, size=3).items] == ["0"]


def test_closed_circles_are_read_by_their_members_among_open_ones(circle, reader, django_assert_num_queries):
    closed = CircleFactory()
    join(closed, reader)
    publish(circle.owner, circle, "开着")
    publish(closed.owner, closed, "关着")
    work()
    gates.set_visibility(circle=closed, visibility="members")
    assert bodies(reader) == ["关着", "开着"]
    reader.keeps_distance = False
    with django_assert_num_queries(2):
        assert len(queries._look(reader, None, None, 9, Html())) == 2
    Membership.objects.filter(circle=closed, user=reader).update(state="left")
    assert bodies(reader) == ["开着"]


@pytest.mark.parametrize("cursor", ["", "x", "WyJ0MSIsIm4xIl0", "%00", "é" * 10, "A" * 5000])
def test_a_made_up_cursor_is_no_error(circle, reader, client, cursor):
    publish(circle.owner, circle, "在")
    work()
    client.force_login(reader)
    assert client.get("/", {"before": cursor}).status_code == 200
    assert client.get("/home/new/count/", {"since": cursor}).status_code in (200, 204)
    assert client.get("/home/new/", {"since": cursor}).status_code == 200


def test_new_posts_of_others_are_counted(circle, reader):
    publish(circle.owner, circle, "旧")
    work()
    since = place_of(home_page(reader).items[0])
    assert new_count(reader, since) == 0
    publish(circle.owner, circle, "新")
    publish(reader, circle, "自己的")
    hidden = publish(circle.owner, circle, "藏")
    work()
    post_actions.hide(post=hidden)
    assert new_count(reader, since) == 1
    assert bodies(reader, since=since) == ["自己的", "新"]


@pytest.mark.parametrize("size", [5, 50])
def test_home_costs_the_same_for_few_and_for_many(reader, settings, size, django_assert_num_queries):
    settings.FEED_PAGE_SIZE = size
    for _ in range(5):
        other = CircleFactory()
        join(other, reader)
        PostFactory.create_batch(11, circle=other, like_count=1)
    work()
    with django_assert_num_queries(5):
        assert len(queries.home_page(reader).items) == size

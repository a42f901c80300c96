"""Activity points, sign-ins and levels: counted once, limited, and taken back."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.time_zone import set_time_zone
from circles.actions import comments, likes, posts
from circles.models import Comment, Membership, Post
from core.errors import Invalid, NotFound, Refused
from core.jobs.models import Job, JobState
from core.jobs.registry import get_handler
from daily import levels
from daily.actions import deeds, points, sign_ins
from daily.models import Award, Medal, MedalRule, PointEntry, PointKind, SignIn
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


def fresh(membership):
    return Membership.objects.get(pk=membership.pk)


def sum_of_entries(membership):
    """What the number should be, by the table in docs/daily.md and not by the code under test."""
    limits = {"sign_in": 1, "post": 3, "comment": 10, "liked": 10}
    days = {}
    for entry in PointEntry.objects.filter(user=membership.user, circle=membership.circle, withdrawn_at=None):
        days.setdefault((entry.day, entry.kind), []).append((entry.pk, entry.points))
    return sum(sum(points for _pk, points in sorted(rows)[: limits[kind]]) for (_day, kind), rows in days.items())


def work():
    """Run what the events have asked of daily life, in their order."""
    for job in Job.objects.filter(state=JobState.WAITING, handler__startswith="daily.").order_by("pk"):
        get_handler(job.handler).do([job])
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(member_count=2))


# --- Signing in -----------------------------------------------------------------------------------


def test_signing_in_counts_once_a_day_and_in_a_row(member):
    gained = []
    with time_machine.travel(NOON, tick=False) as clock:
        for _day in range(8):
            gained.append(sign_ins.sign_in(user=member.user, circle=member.circle).gained)
            assert sign_ins.sign_in(user=member.user, circle=member.circle).gained == 0
            clock.shift(timedelta(days=1))
    assert gained == [4, 4, 4, 4, 4, 4, 5, 5]  # after a full week one more
    row = fresh(member)
    assert (row.streak, row.points, row.grade, row.signed_in_on) == (8, 34, 3, date(2026, 3, 17))
    assert SignIn.objects.filter(user=member.user).count() == 8


def test_a_missed_day_begins_anew_and_can_be_made_up_for(member):
    with time_machine.travel(NOON, tick=False) as clock:
        for _day in range(3):
            sign_ins.sign_in(user=member.user, circle=member.circle)
            clock.shift(timedelta(days=1))
        with pytest.raises(Refused) as refused:
            sign_ins.make_up(user=member.user, circle=member.circle)
        assert refused.value.code == "nothing_missed"
        clock.shift(timedelta(days=1))  # the 13th was missed
        sign_ins.sign_in(user=member.user, circle=member.circle)
        assert fresh(member).streak == 1
        before = fresh(member).points
        assert sign_ins.make_up(user=member.user, circle=member.circle).streak == 5
        assert fresh(member).points == before, "a card keeps the streak and brings no points"
        clock.shift(timedelta(days=3))  # two missed: too late
        with pytest.raises(Refused) as refused:
            sign_ins.make_up(user=member.user, circle=member.circle)
        assert refused.value.code == "nothing_to_keep"


def test_two_cards_a_month(member):
    with time_machine.travel(NOON, tick=False) as clock:
        for _card in range(2):
            sign_ins.sign_in(user=member.user, circle=member.circle)
            clock.shift(timedelta(days=2))
            sign_ins.make_up(user=member.user, circle=member.circle)
        sign_ins.sign_in(user=member.user, circle=member.circle)
        clock.shift(timedelta(days=2))
        with pytest.raises(Refused) as refused:
            sign_ins.make_up(user=member.user, circle=member.circle)
        assert refused.value.code == "too_many_made_up"


def test_the_day_is_the_persons_own(member):
    set_time_zone(user=member.user, name="America/Los_Angeles")
    with time_machine.travel(datetime(2026, 3, 10, 5, 0, tzinfo=UTC), tick=False):  # still the 9th there
        sign_ins.sign_in(user=member.user, circle=member.circle)
    assert SignIn.objects.get().day == date(2026, 3, 9)
    with pytest.raises(Refused) as refused:
        set_time_zone(user=member.user, name="Asia/Tokyo")
    assert refused.value.code == "changed_lately"
    with pytest.raises(Invalid):
        set_time_zone(user=member.user, name="Nowhere/Here")


def test_who_may_not_sign_in_writes_nothing(member):
    circle = member.circle
    stranger, unverified = UserFactory(), MembershipFactory(circle=circle, user=UserFactory(verified_at=None)).user
    for person, code in ((stranger, "not_member"), (unverified, "not_verified")):
        with pytest.raises(Refused) as refused:
            sign_ins.sign_in(user=person, circle=circle)
        assert refused.value.code == code
    circle.masks_authors = True
    circle.save()
    with pytest.raises(Refused) as refused:
        sign_ins.sign_in(user=member.user, circle=circle)
    assert refused.value.code == "no_daily_life"
    circle.state = "closed"
    circle.save()
    with pytest.raises(NotFound):
        sign_ins.sign_in(user=member.user, circle=circle)
    assert not SignIn.objects.exists()
    assert not PointEntry.objects.exists()


def test_a_script_in_a_hundred_circles_is_stopped(member, monkeypatch):
    monkeypatch.setattr("daily.rules.SIGN_INS_A_DAY", 2)
    others = [MembershipFactory(user=member.user, circle=CircleFactory()).circle for _ in range(2)]
    for circle in others:
        sign_ins.sign_in(user=member.user, circle=circle)
    with pytest.raises(Refused) as refused:
        sign_ins.sign_in(user=member.user, circle=member.circle)
    assert refused.value.code == "too_many_sign_ins"


# --- Points ---------------------------------------------------------------------------------------


def test_posts_count_up_to_their_limit_and_what_is_deleted_is_taken_back(member):
    made = [
        posts.publish(author=member.user, circle=member.circle, key=uuid4(), body=f"今天第{number}帖")
        for number in range(4)
    ]
    work()
    assert fresh(member).points == 18, "three of a day count"
    posts.delete(actor=member.user, post=made[0])
    work()
    assert fresh(member).points == 18, "the fourth moves up"
    posts.delete(actor=member.user, post=made[1])
    work()
    assert fresh(member).points == 12
    posts.hide(post=made[2])
    work()
    assert fresh(member).points == 6
    posts.restore(post=made[2])
    work()
    assert fresh(member).points == 12 == sum_of_entries(member)


def test_comments_of_members_count_when_they_say_something(member):
    post = PostFactory(circle=member.circle)
    said = comments.publish(author=member.user, post=post, key=uuid4(), body="这条路线我也走过")
    comments.publish(author=member.user, post=post, key=uuid4(), body="顶 顶 顶")
    guest = UserFactory()
    comments.publish(author=guest, post=post, key=uuid4(), body="我只是路过看一看")
    work()
    assert fresh(member).points == 2
    assert not PointEntry.objects.filter(user=guest).exists()
    comments.delete(actor=member.user, comment=said)
    work()
    assert fresh(member).points == 0
    assert fresh(member).grade == 0


def test_one_admirer_counts_once_a_day_until_nothing_is_liked_any_more(member):
    first, second = (PostFactory(circle=member.circle, author=member.user) for _ in range(2))
    fan = UserFactory()
    for post in (first, second):
        likes.like(user=fan, post=post)
    likes.like(user=member.user, post=first)  # one's own
    work()
    assert fresh(member).points == 1
    likes.unlike(user=fan, post=first)
    work()
    assert fresh(member).points == 1, "the other post is liked still"
    likes.unlike(user=fan, post=second)
    work()
    assert fresh(member).points == 0


def test_with_a_hidden_post_go_the_likes_it_brought(member):
    post = posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="日出的照片")
    for _ in range(3):
        likes.like(user=UserFactory(), post=post)
    work()
    assert fresh(member).points == 9
    posts.hide(post=post)
    work()
    assert fresh(member).points == 0 == sum_of_entries(member)


def test_under_pseudonyms_nothing_is_counted(member):
    member.circle.masks_authors = True
    member.circle.save()
    post = posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="说一件心事")
    comments.publish(author=member.user, post=post, key=uuid4(), body="我自己再补一句话")
    likes.like(user=UserFactory(), post=post)
    work()
    assert fresh(member).points == 0
    assert not PointEntry.objects.exists()
    member.circle.masks_authors = False  # and what was written then stays uncounted
    member.circle.save()
    deeds.count_posts([post.pk])
    assert not PointEntry.objects.exists()


def test_recounting_finds_what_is_off(member):
    posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="数一数")
    work()
    assert not points.recount(points.locked(user_id=member.user_id, circle_id=member.circle_id))
    Membership.objects.filter(pk=member.pk).update(points=999, grade=9)
    assert points.recount(points.locked(user_id=member.user_id, circle_id=member.circle_id))
    assert (fresh(member).points, fresh(member).grade) == (6, 1)


def test_the_levels_are_as_documented():
    with open("docs/daily.md") as page:
        rows = [line.split("|")[1:3] for line in page if line.startswith("| Lv.")]
    assert [int(points) for _name, points in rows] == list(levels.THRESHOLDS)
    assert [levels.grade_of(n) for n in (0, 1, 9, 10, 17_999, 18_000, 10**6)] == [0, 1, 1, 2, 17, 18, 18]


def test_what_is_counted_together_counts_as_one_by_one(member):
    other = MembershipFactory(circle=member.circle)
    elsewhere = MembershipFactory(user=member.user)
    post = PostFactory(circle=member.circle)
    gone = [CommentFactory(post=post, author=member.user, body="说得有道理呀") for _ in range(3)]
    deeds.count_comments([comment.pk for comment in gone])
    Comment.objects.filter(pk__in=[comment.pk for comment in gone]).update(state="hidden")
    said = [CommentFactory(post=post, author=member.user, body="说得有道理呀") for _ in range(35)]
    said += [CommentFactory(post=post, author=other.user, body=body) for body in ("好", "说得有道理呀", "同意你说的")]
    said += [CommentFactory(post=PostFactory(circle=elsewhere.circle), author=member.user, body="说得有道理呀")]

    deeds.count_comments([comment.pk for comment in [*said, *gone, *said]])

    assert [fresh(one).points for one in (member, other, elsewhere)] == [20, 4, 2]
    assert [sum_of_entries(one) for one in (member, other, elsewhere)] == [20, 4, 2]
    standing = PointEntry.objects.filter(user=member.user, circle=member.circle, withdrawn_at=None)
    assert standing.count() == 10 * levels.KEPT

    posts_of_both = [PostFactory(circle=member.circle, author=one.user) for one in (member, other) for _ in range(4)]
    deeds.count_posts([one.pk for one in posts_of_both])
    assert [fresh(one).points for one in (member, other)] == [20 + 18, 4 + 18]


def test_counting_together_takes_as_many_queries_for_many_as_for_few(member):
    def cost(number):
        post = PostFactory(circle=member.circle)
        people = [MembershipFactory(circle=member.circle).user for _ in range(number)]
        ids = [CommentFactory(post=post, author=person, body="说得有道理呀").pk for person in people]
        with CaptureQueriesContext(connection) as queries:
            deeds.count_comments(ids)
        return len(queries)

    few, many = cost(2), cost(12)
    # Of each member the row and, at the first points, the medals of that level; all else once.
    assert many - few == 2 * 10
    assert set(Membership.objects.exclude(pk=member.pk).filter(points__gt=0).values_list("points", flat=True)) == {2}


# --- Medals along the way -------------------------------------------------------------------------


def test_a_streak_brings_its_medal_once(member):
    week = Medal.objects.create(name="七天", rule=MedalRule.STREAK, threshold=3)
    Medal.objects.create(name="别的圈", rule=MedalRule.STREAK, threshold=1, circle=CircleFactory())
    with time_machine.travel(NOON, tick=False) as clock:
        for _day in range(5):
            sign_ins.sign_in(user=member.user, circle=member.circle)
            clock.shift(timedelta(days=1))
    assert [award.medal for award in Award.objects.all()] == [week]


# --- Races ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_tabs_sign_in_once():
    member = MembershipFactory()
    act = lambda: sign_ins.sign_in(user=member.user, circle=member.circle)  # noqa: E731
    gained = [done.gained for done in at_once(*[act] * 6)]
    assert sorted(gained) == [0, 0, 0, 0, 0, 4]
    assert SignIn.objects.count() == PointEntry.objects.count() == 1
    assert (fresh(member).points, fresh(member).streak) == (4, 1)


@pytest.mark.django_db(transaction=True)
def test_at_the_daily_limit_no_more_counts_than_it_says():
    member = MembershipFactory()
    ids = [PostFactory(circle=member.circle, author=member.user).pk for _ in range(6)]
    at_once(*[lambda pk=pk: deeds.count_posts([pk]) for pk in ids])
    assert fresh(member).points == 18 == sum_of_entries(member)


@pytest.mark.django_db(transaction=True)
def test_taken_back_twice_at_once_it_is_gone_once():
    member = MembershipFactory()
    post = PostFactory(circle=member.circle, author=member.user)
    comment = CommentFactory(post=PostFactory(circle=member.circle), author=member.user, body="说得有道理呀")
    deeds.count_posts([post.pk])
    deeds.count_comments([comment.pk])
    assert fresh(member).points == 8
    Post.objects.filter(pk=post.pk).update(state="hidden")
    at_once(*[lambda: deeds.count_posts([post.pk])] * 4)
    assert fresh(member).points == 2 == sum_of_entries(member)


def test_saying_the_same_twice_changes_nothing(member):
    row = points.locked(user_id=member.user_id, circle_id=member.circle_id)
    now = datetime.now(UTC)
    assert points.settle(points.Deed(row, PointKind.POST, key="post:1", at=now)) == 6
    assert points.settle(points.Deed(row, PointKind.POST, key="post:1", at=now)) == 0
    assert points.settle(points.Deed(row, PointKind.POST, key="post:1", at=None)) == -6
    assert points.settle(points.Deed(row, PointKind.POST, key="post:1", at=None)) == 0
    assert points.settle(points.Deed(row, PointKind.POST, key="post:2", at=None)) == 0

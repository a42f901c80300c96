"""The team's pages of daily life and desks: lists open, and what is given or taken has a reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from circles.models import Held
from daily.models import Award, Goal, Medal, PointEntry, SignIn
from desk.models import CircleDay
from moderation.models import LogEntry
from notifications import digests
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
MODELS = (
    *("daily_medal", "daily_award", "daily_goal", "daily_cause", "daily_pointentry", "daily_signin"),
    *("circles_held", "circles_wordlist", "circles_welcome", "circles_membernotice", "desk_circleday", "desk_cohort"),
)


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))


@pytest.fixture
def boss(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_lists_open(boss, member, model):
    circle, user, today = member.circle, member.user, timezone.localdate()
    PointEntry.objects.create(circle=circle, user=user, kind="post", key="post:1", day=today, points=6)
    SignIn.objects.create(circle=circle, user=user, day=today)
    CircleDay.objects.create(circle=circle, day=today)
    Goal.objects.create(circle=circle, title="海", target=10)
    path = reverse(f"admin:{model}_changelist")
    assert boss.get(path).status_code == boss.get(path, {"q": "茶"}).status_code == 200


def test_the_list_of_what_is_held_costs_the_same_for_few_and_for_many(boss):
    costs = []
    for more in (1, 3):
        for _number in range(more):
            post = PostFactory(state="held")
            Held.objects.create(circle=post.circle, post=post)
        with CaptureQueriesContext(connection) as queries:
            page = boss.get(reverse("admin:circles_held_changelist"))
        assert len(page.context["cl"].result_list) == Held.objects.count()
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_medal_is_given_and_taken_with_a_reason(boss, member):
    medal = Medal.objects.create(name="好人")
    give = reverse("admin:daily_medal_moderate", args=[medal.pk, "give"])
    said = {"confirmed": "1", "nickname": member.user.nickname, "reason": ""}
    assert boss.post(give, said).status_code == 422
    assert not Award.objects.exists()
    assert boss.post(give, {**said, "reason": "救了一只猫"}).status_code == 302
    award = Award.objects.get()
    take = reverse("admin:daily_award_moderate", args=[award.pk, "take"])
    for _twice in range(2):
        assert boss.post(take, {"confirmed": "1", "reason": "认错人了"}).status_code == 302
    award.refresh_from_db()
    assert award.revoked_at is not None
    assert list(LogEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["medal.give", "medal.take"]


def test_the_weekly_digest_has_ones_days_and_what_was_here_a_year_ago(member):
    now = timezone.now()
    today = timezone.localdate()
    member.streak, member.points, member.grade, member.signed_in_on = 9, 170, 6, today
    member.save()
    then = now.replace(year=now.year - 1, day=min(now.day, 28)) if (now.month, now.day) == (2, 29) else now
    PostFactory(circle=member.circle, author=member.user, body="去年的雪", published_at=then.replace(year=now.year - 1))
    PostFactory(circle=member.circle, author=member.circle.owner, published_at=then.replace(year=now.year - 1))
    week = digests.collect(member.user, rhythm="weekly", until=now).week
    assert (week.streak, week.grade, [memory.post.body for memory in week.memories]) == (9, 6, ["去年的雪"])
    assert bool(week)
    assert digests.collect(member.user, rhythm="daily", until=now).week is None
    later = digests.collect(member.user, rhythm="weekly", until=now - timedelta(days=400))
    assert later.week.memories == week.memories, "memories are of the reader's today"

"""The desk of a circle: who sees it, what is counted, and that counting twice gives the same."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from circles.models import Circle, Like, Membership
from desk import charts
from desk.actions import figures
from desk.models import CircleDay, Cohort
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle():
    yesterday = timezone.now() - timedelta(days=1)
    long_ago = timezone.now() - timedelta(days=60)
    circle = CircleFactory(slug="photo", member_count=3, created_at=long_ago)
    Membership.objects.filter(circle=circle).update(joined_at=long_ago)
    writer = MembershipFactory(circle=circle, joined_at=long_ago).user
    MembershipFactory(circle=circle, joined_at=yesterday)
    post = PostFactory(circle=circle, author=writer, published_at=yesterday)
    PostFactory(circle=circle, author=writer, published_at=yesterday, state="hidden")
    CommentFactory(post=post, author=writer, published_at=yesterday)
    Like.objects.create(post=post, user=UserFactory(), created_at=yesterday)
    PostFactory(circle=circle, author=writer)
    return circle


def test_counting_a_day_again_gives_the_same(circle):
    day = timezone.localdate() - timedelta(days=1)
    figures.count_day(day=day, is_newest=True)
    row = CircleDay.objects.values("members", "joined", "active", "posts", "comments", "likes").get(circle=circle)
    assert row == {"members": 3, "joined": 1, "active": 2, "posts": 1, "comments": 1, "likes": 1}
    Circle.objects.filter(pk=circle.pk).update(member_count=50)
    figures.count_day(day=day, is_newest=True)
    assert CircleDay.objects.values("members", "joined", "active", "posts", "comments", "likes").get() == row


def test_an_older_day_is_counted_by_who_had_joined(circle):
    figures.count_day(day=timezone.localdate() - timedelta(days=20), is_newest=False)
    assert CircleDay.objects.get().members == 2


def test_cohorts_say_who_came_back(circle):
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    start = datetime(monday.year, monday.month, monday.day, tzinfo=timezone.get_default_timezone())
    joined, later = start - timedelta(days=13), start - timedelta(days=6)
    people = [MembershipFactory(circle=circle, joined_at=joined).user for _ in range(4)]
    PostFactory(circle=circle, author=people[0], published_at=later)
    for _twice in range(2):
        figures.count_week(week=monday - timedelta(days=7))
    cell = Cohort.objects.get(circle=circle, week=monday - timedelta(days=14))
    assert (cell.age, cell.members, cell.active) == (1, 4, 1)


def test_the_desk_is_its_owners(client, circle):
    figures.count_day(day=timezone.localdate() - timedelta(days=1), is_newest=True)
    addresses = [f"/circles/photo/desk/{part}" for part in ("", "figures.csv", "cohorts.csv")]
    client.force_login(MembershipFactory(circle=circle).user)
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    assert "/circles/photo/desk/" not in client.get("/circles/photo/").content.decode()
    client.force_login(circle.owner)
    html = client.get("/circles/photo/desk/", headers={"accept-language": "en"}).content.decode()
    assert html.count('class="chart__picture"') == 4
    assert "/circles/photo/desk/" in client.get("/circles/photo/").content.decode()
    lines = client.get(addresses[1]).content.decode("utf-8-sig").split("\r\n")
    assert [line.split(",")[4] for line in lines[1:3]] == ["1", "1"], "posts of yesterday, and of today so far"
    client.logout()
    assert client.get("/circles/photo/desk/").status_code == 302


def test_without_figures_the_desk_says_when_they_come(client, circle):
    client.force_login(circle.owner)
    html = client.get("/circles/photo/desk/?days=zq", headers={"accept-language": "en"}).content.decode()
    assert "The first figures come tomorrow" in html


def test_of_a_circle_of_pseudonyms_no_cohorts_are_shown(client, circle):
    Cohort.objects.create(circle=circle, week=timezone.localdate(), age=0, members=1, active=1)
    client.force_login(circle.owner)
    assert "cohorts-title" in client.get("/circles/photo/desk/").content.decode()
    Circle.objects.update(masks_authors=True)
    assert "cohorts-title" not in client.get("/circles/photo/desk/").content.decode()
    assert len(client.get("/circles/photo/desk/cohorts.csv").content.decode("utf-8-sig").split("\r\n")) == 2


def test_the_api_says_the_same_to_the_same_people(circle):
    api = APIClient()
    api.force_authenticate(UserFactory())
    assert api.get("/api/v1/circles/photo/figures/").status_code == 403
    api.force_authenticate(circle.owner)
    [today] = api.get("/api/v1/circles/photo/figures/?days=90").json()
    assert (today["posts"], today["members"], today["joined"]) == (1, 3, 0)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7, 12, 99, 1_234, 5_000_001])
def test_a_chart_holds_what_it_shows(most):
    drawn = charts.line("n", "N", "", [("a", 0), ("b", most)])
    assert drawn.ticks[-1].label >= most
    assert all(0 <= float(point.split(",")[1]) <= charts.HEIGHT for point in drawn.line.split())
    assert [bar.height >= 0 for bar in charts.bars("n", "N", "", [("a", 0), ("b", most)]).bars] == [True, True]

"""How far one has read: moved by the page at most, never back, and counted in one bounded query."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.actions import posts, reading
from circles.models import ReadingPlace
from circles.reading import unread_counts
from core.pagination import encode_cursor
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=9)
JSON = {"accept": "application/json"}


@pytest.fixture
def member(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def circle(member):
    circle = CircleFactory(slug="tea")
    MembershipFactory(circle=circle, user=member, joined_at=LONG_AGO)
    return circle


def at(days, circle, **fields):
    return PostFactory(circle=circle, published_at=LONG_AGO + timedelta(days=days), **fields)


def test_what_came_since_one_joined_is_unread(member, circle):
    at(-1, circle)
    assert unread_counts(member, [circle.pk]) == {}
    at(1, circle)
    at(2, circle, author=member)
    posts.hide(post=at(3, circle))
    newest = at(4, circle)
    with CaptureQueriesContext(connection) as context:
        assert unread_counts(member, [circle.pk]) == {circle.pk: 2}
    assert len(context) == 1
    reading.read(reader=member, circle=circle, to=newest.published_at)
    assert unread_counts(member, [circle.pk]) == {}


def test_it_is_counted_no_further_than_is_shown(client, member, circle, monkeypatch):
    monkeypatch.setattr("circles.reading.UNREAD_MAX", 3)
    for _ in range(5):
        at(1, circle)
    assert unread_counts(member, [circle.pk]) == {circle.pk: 3}
    for url in ("/circles/", "/home/aside/"):
        assert re.search(r'class="count"><span aria-hidden="true">3<', client.get(url).content.decode())


def test_opening_the_page_writes_nothing_and_the_page_says_what_was_read(client, member, circle):
    post = at(2, circle)
    page = client.get("/circles/tea/").content.decode()
    assert 'data-read="/circles/tea/read/"' in page
    assert ReadingPlace.objects.count() == 0
    to = encode_cursor(post.published_at, post.pk)
    first = client.post("/circles/tea/read/", {"to": to}, headers=JSON)
    assert first.json() == {"before": LONG_AGO.isoformat()}
    again = client.post("/circles/tea/read/", {"to": to}, headers=JSON)
    assert again.json() == {"before": post.published_at.isoformat()}
    assert ReadingPlace.objects.get().read_to == post.published_at


def test_the_place_never_moves_back_nor_ahead_of_now(client, member, circle):
    reading.read(reader=member, circle=circle, to=LONG_AGO + timedelta(days=5))
    reading.read(reader=member, circle=circle, to=LONG_AGO + timedelta(days=1))
    assert ReadingPlace.objects.get().read_to == LONG_AGO + timedelta(days=5)
    client.post("/circles/tea/read/", {"to": encode_cursor(timezone.now() + timedelta(days=99), 1)})
    assert ReadingPlace.objects.get().read_to <= timezone.now()


def test_all_is_marked_as_read_without_scripts(client, member, circle):
    at(2, circle)
    answer = client.post("/circles/tea/read/", {"next": "/circles/tea/"}, follow=True)
    assert "Marked as read." in answer.content.decode()
    assert unread_counts(member, [circle.pk]) == {}


def test_whoever_is_no_member_has_no_place(client, circle):
    client.force_login(UserFactory())
    at(2, circle)
    assert 'data-read=""' in client.get("/circles/tea/").content.decode()
    assert client.post("/circles/tea/read/", headers=JSON).json() == {"before": None}
    assert ReadingPlace.objects.count() == 0
    assert client.post("/circles/none/read/").status_code == 404
    client.logout()
    assert "/accounts/login/" in client.post("/circles/tea/read/")["Location"]

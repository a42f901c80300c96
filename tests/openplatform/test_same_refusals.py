"""Pages and API call the same actions, so they refuse alike: same status, same words; the API adds the code."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import tokens
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def callers(client, user):
    """`user` twice: on the pages, and over the API."""
    client.force_login(user)
    api = APIClient(headers=ENGLISH)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user=user)}")
    return client, api


def assert_same(page, answer, status, code):
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert page.status_code == status
    assert (page.context["code"], str(page.context["message"])) == (code, problem["title"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"verified_at": None}, "not_verified"),
        ({"banned_until": timezone.now() + timedelta(days=1)}, "banned"),
    ],
)
@pytest.mark.parametrize("act", ["join", "like"])
def test_who_may_not_write(client, changes, code, act):
    post = PostFactory(circle=CircleFactory(slug="coffee"))
    pages, api = callers(client, UserFactory(**changes))
    if act == "join":
        page = pages.post("/circles/coffee/join/", headers=ENGLISH)
        answer = api.put("/api/v1/circles/coffee/membership/", {}, format="json")
    else:
        page = pages.post(f"/posts/{post.pk}/like/", {"liked": "1"}, headers=ENGLISH)
        answer = api.put(f"/api/v1/posts/{post.pk}/like/")
    assert_same(page, answer, 403, code)


def test_who_is_banned_from_a_circle(client):
    circle, user = CircleFactory(slug="coffee"), UserFactory()
    MembershipFactory(circle=circle, user=user, state="banned")
    pages, api = callers(client, user)
    page = pages.post("/circles/coffee/join/", headers=ENGLISH)
    assert_same(page, api.put("/api/v1/circles/coffee/membership/", {}, format="json"), 403, "circle_banned")


def test_an_owner_does_not_leave(client):
    circle = CircleFactory(slug="coffee")
    pages, api = callers(client, circle.owner)
    page = pages.post("/circles/coffee/leave/", {"confirmed": "1"}, headers=ENGLISH)
    assert_same(page, api.delete("/api/v1/circles/coffee/membership/"), 403, "owner_cannot_leave")


def test_only_the_author_changes_a_post(client):
    post = PostFactory()
    pages, api = callers(client, UserFactory())
    body = {"body": "mine now", "key": str(uuid.uuid4())}
    page = pages.post(f"/posts/{post.pk}/edit/", body, headers=ENGLISH)
    answer = api.patch(f"/api/v1/posts/{post.pk}/", {"body": "mine now"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_author")
    assert page.status_code == 403
    post.refresh_from_db()
    assert post.body != "mine now"


@pytest.mark.parametrize("path", ["circles/nothing/", "posts/999999999/"])
def test_what_is_not_there(client, path):
    pages, api = callers(client, UserFactory())
    assert pages.get(f"/{path}").status_code == 404
    assert api.get(f"/api/v1/{path}").json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["circles/", "circles/coffee/posts/", "home/", "notifications/", "merchants/"])
def test_a_list_is_a_page_with_neighbours(client, path):
    CircleFactory(slug="coffee")
    _pages, api = callers(client, UserFactory())
    answer = api.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    assert list(answer.json()) == ["results", "next", "previous"]


def test_lists_go_on_and_back_without_gaps(client):
    for number in range(7):
        CircleFactory(slug=f"circle-{number}", member_count=number)
    _pages, api = callers(client, UserFactory())
    seen, url = [], "/api/v1/circles/?page_size=3"
    while url:
        answer = api.get(url).json()
        seen += [circle["slug"] for circle in answer["results"]]
        url = answer["next"]
    assert seen == [f"circle-{number}" for number in reversed(range(7))]


@pytest.mark.parametrize("cursor", ["x", "%00", "%F0%9F", "a" * 5000, "cD0yMA%3D%3D"])
@pytest.mark.parametrize("path", ["circles/", "home/", "notifications/"])
def test_a_broken_cursor_is_no_failure(client, path, cursor):
    _pages, api = callers(client, UserFactory())
    assert api.get(f"/api/v1/{path}?cursor={cursor}").status_code in (200, 400, 404)

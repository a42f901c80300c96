import uuid

import pytest
from rest_framework.test import APIClient

from circles.models import Post
from core.jobs.models import Job
from merchants.actions import announcements, fans
from merchants.models import Announcement, Fan
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    def make(person=None):
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return make


def url(merchant, rest=""):
    return f"/api/v1/merchants/{merchant.slug}/{rest}"


def test_list_and_one(api, merchant):
    fan = UserFactory()
    fans.follow(user=fan, merchant=merchant)
    listed = api().get("/api/v1/merchants/").json()
    assert (listed["next"], listed["previous"]) == (None, None)
    assert [(one["name"], one["fan_count"], one["following"]) for one in listed["results"]] == [("山野茶舍", 1, False)]
    one = api(fan).get(url(merchant)).json()
    assert one["following"] is True
    assert one["circle"]["name"] == "山野茶舍"
    assert "licence_number" not in one


def test_waiting_ones_are_not_there(api, pending, owner):
    for client in (api(), api(owner)):
        response = client.get(url(pending))
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_following(api, merchant):
    fan = UserFactory()
    client = api(fan)
    assert client.get(url(merchant, "following/")).json() == {"following": False, "level": "", "muted": False}
    assert client.put(url(merchant, "following/")).status_code == 201
    again = client.put(url(merchant, "following/"), {"muted": True}, format="json")
    assert (again.status_code, again.json()) == (200, {"following": True, "level": "muted", "muted": True})
    heard = client.put(url(merchant, "following/"), {"level": "all"}, format="json").json()
    assert heard == {"following": True, "level": "all", "muted": False}
    assert Fan.objects.count() == 1
    assert client.delete(url(merchant, "following/")).status_code == 204
    assert client.delete(url(merchant, "following/")).status_code == 204
    assert not Fan.objects.exists()


@pytest.mark.parametrize(("person", "code"), [(None, "not_authenticated"), ("unverified", "not_verified")])
def test_following_refused(api, merchant, person, code):
    client = api(UserFactory(verified_at=None) if person else None)
    response = client.put(url(merchant, "following/"))
    assert response.status_code in (401, 403)
    assert response.json()["code"] == code
    assert not Fan.objects.exists()


def test_announce(api, merchant, owner):
    client, key = api(owner), str(uuid.uuid4())
    for code in (201, 200):
        response = client.post(url(merchant, "announcements/"), {"body": "新茶到了", "key": key}, format="json")
        assert response.status_code == code
        assert response.json()["kind"] == "announcement"
    assert Announcement.objects.count() == Post.objects.count() == 1
    assert Job.objects.filter(handler="notifications.broadcast_announcement").count() == 1
    listed = api().get(url(merchant, "announcements/")).json()["results"]
    assert [post["body"] for post in listed] == ["新茶到了"]


@pytest.mark.parametrize(
    ("said", "code"),
    [({"body": " "}, "empty_post"), ({"body": "长" * 10_001}, "too_long"), ({"photos": ["x"]}, "invalid")],
)
def test_bad_announcements(api, merchant, owner, said, code):
    response = api(owner).post(url(merchant, "announcements/"), said, format="json")
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert not Post.objects.exists()


def test_fans_may_not_announce(api, merchant):
    response = api(UserFactory()).post(url(merchant, "announcements/"), {"body": "hi"}, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "not_staff")
    assert not Post.objects.exists()


def test_hidden_announcements_are_gone(api, merchant, owner, reviewer):
    from moderation.actions import posts

    announcement = announcements.publish(author=owner, merchant=merchant, key=uuid.uuid4(), body="新茶")
    posts.hide(actor=reviewer, post=announcement.post, reason="广告")
    assert api(owner).get(url(merchant, "announcements/")).json()["results"] == []

"""Log in for a token, call with it, log out."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import BearerToken
from openplatform import token as token_view
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/token/"


@pytest.mark.parametrize("login", ["lilei", "lilei@example.org", "LILEI@example.org"])
def test_getting_a_token_and_using_it(api, user, login):
    answer = api.post(URL, {"login": login, "password": "quanzi-test"}, format="json")
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    assert list(answer.json()) == ["token"]
    token = answer.json()["token"]
    stored = BearerToken.objects.get()
    assert stored.user == user
    assert token not in f"{stored.digest} {stored}"
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert api.get("/api/v1/me/").json()["username"] == "lilei"
    assert api.delete(URL).status_code == 204
    assert api.get("/api/v1/me/").status_code == 401
    assert not BearerToken.objects.exists()


def test_unknown_login_and_wrong_password_look_the_same(api, user):
    UserFactory(username="closed", is_active=False)
    tries = [("nobody", "quanzi-test"), ("lilei", "wrong"), ("closed", "quanzi-test"), ("no@example.org", "x")]
    answers = [api.post(URL, {"login": login, "password": word}, format="json") for login, word in tries]
    assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
        (401, answers[0].content, 'Bearer realm="api"')
    }
    assert answers[0].json() == {
        "type": "urn:quanzi:problem:wrong_credentials",
        "title": "There is no such log-in with this password.",
        "status": 401,
        "code": "wrong_credentials",
    }
    assert not BearerToken.objects.exists()


@pytest.mark.parametrize("login", ["lilei", "nobody"])
def test_failures_are_limited_whoever_it_is(api, user, login):
    for _attempt in range(5):
        assert api.post(URL, {"login": login, "password": "wrong"}, format="json").status_code == 401
    answer = api.post(URL, {"login": f" {login.upper()}", "password": "quanzi-test"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer["Retry-After"] == "300"
    assert api.post(URL, {"login": "another", "password": "wrong"}, format="json").status_code == 401


def test_failures_of_one_address_are_limited(api, user, monkeypatch):
    monkeypatch.setattr(token_view, "FAILURES_PER_ADDRESS", 3)
    for number in range(3):
        api.post(URL, {"login": f"nobody{number}", "password": "wrong"}, format="json")
    answer = api.post(URL, {"login": "lilei", "password": "quanzi-test"}, format="json")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")


def test_getting_in_costs_no_try_and_gives_none_back(api, user):
    for _attempt in range(4):
        assert api.post(URL, {"login": "lilei", "password": "wrong"}, format="json").status_code == 401
    for _attempt in range(3):
        assert api.post(URL, {"login": "lilei", "password": "quanzi-test"}, format="json").status_code == 201
    assert api.post(URL, {"login": "lilei", "password": "wrong"}, format="json").status_code == 401
    assert api.post(URL, {"login": "lilei", "password": "quanzi-test"}, format="json").status_code == 429


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"login": "lilei"}, "password"),
        ({"password": "x"}, "login"),
        ({"login": "a\x00b", "password": "x"}, "login"),
        ({"login": "\ud800", "password": "x"}, "login"),
        ({"login": "lilei", "password": "\ud800"}, "password"),
        ({"login": ["lilei"], "password": "x"}, "login"),
        ({"login": "x" * 100_000, "password": "x"}, "login"),
        ({"login": "lilei", "password": "x" * 100_000}, "password"),
    ],
)
def test_what_is_no_log_in(api, user, data, field):
    answer = api.post(URL, json.dumps(data), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "bearer qz_wrong", "Bearer \xff\xfe", "Bearer a b"]
)
def test_a_wrong_token_is_refused_even_for_reading(api, header):
    api.credentials(HTTP_AUTHORIZATION=header)
    answer = api.get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_token_of_a_closed_account_is_refused(mine, user):
    user.is_active = False
    user.save()
    assert mine.get("/api/v1/me/").json()["code"] == "invalid_token"


def test_one_query_to_know_who_calls(mine, django_assert_num_queries):
    mine.get("/api/v1/me/")
    with django_assert_num_queries(1):
        assert mine.get("/api/v1/me/").status_code == 200


def test_use_is_noted_every_few_minutes(mine):
    mine.get("/api/v1/me/")
    first = BearerToken.objects.get().last_used_at
    assert first is not None
    mine.get("/api/v1/me/")
    assert BearerToken.objects.get().last_used_at == first
    BearerToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    mine.get("/api/v1/me/")
    assert BearerToken.objects.get().last_used_at > first


def test_revoking_needs_a_token(api):
    answer = api.delete(URL)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_the_session_of_the_pages_works_with_its_csrf_token(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.get("/api/v1/me/").json()["nickname"] == "李雷"
    refused = client.patch("/api/v1/me/", {"bio": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert refused["Content-Type"] == "application/problem+json"
    client.get("/accounts/password/reset/")
    secret = client.cookies["csrftoken"].value
    done = client.patch("/api/v1/me/", {"bio": "x"}, content_type="application/json", headers={"x-csrftoken": secret})
    assert (done.status_code, done.json()["bio"]) == (200, "x")

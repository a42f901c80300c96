"""While Postgres is away the site says so, to people and programs, and that they may come back."""

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.factories import CircleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(monkeypatch):
    """Every statement from now on fails as it does while Postgres is stopped."""

    def stop(error=psycopg2.OperationalError):
        def execute(*_statement):
            raise OperationalError("server closed the connection unexpectedly") from error("gone")

        monkeypatch.setattr(connection, "execute_wrappers", [execute])

    return stop


@pytest.fixture
def client():
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(), backend="accounts.backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(("language", "said"), [("en", "Back in a moment"), ("zh-CN", "马上回来")])
def test_readers_are_told_when_to_come_back(client, away, language, said):
    circle = CircleFactory()
    away()
    for path in ("/", "/circles/", circle.get_absolute_url(), "/search/?q=a", "/me/"):
        answer = client.get(path, headers={"accept-language": language, "x-request-id": "abc-12345"})
        assert (answer.status_code, answer["Retry-After"], answer["X-Request-ID"]) == (503, "15", "abc-12345"), path
        assert said in answer.content.decode()
        assert "abc-12345" in answer.content.decode()


def test_whoever_sent_something_is_told_that_it_was_not_taken_in(client, away):
    circle = CircleFactory()
    away()
    answer = client.post(f"{circle.get_absolute_url()}join/", headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert "was not taken in" in answer.content.decode()
    part = client.post(f"{circle.get_absolute_url()}join/", headers={"HX-Request": "true"})
    assert (part.status_code, "toast" in part["HX-Trigger"]) == (503, True)


def test_programs_get_a_problem(client, away):
    away()
    answer = client.get("/api/v1/circles/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"


class Deadlock(psycopg2.OperationalError):
    pgcode = "40P01"


def test_a_statement_that_was_refused_is_a_failure(client, away):
    away(Deadlock)
    assert client.get("/circles/").status_code == 500

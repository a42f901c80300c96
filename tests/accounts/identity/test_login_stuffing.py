"""Stolen passwords tried at the log-in, from addresses that change with every attempt."""

import os

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ATTEMPTS = int(os.environ.get("STUFFING_ATTEMPTS", "120"))


@pytest.fixture
def hashed(monkeypatch, settings):
    """How often a password was hashed, which is what a log-in costs. The limits are those of production."""
    settings.ACCOUNT_RATE_LIMITS = {}
    done = []
    real = MD5PasswordHasher.encode

    def encode(self, password, salt):
        done.append(1)
        return real(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return done


def attempt(number, name):
    address = f"198.51.{number // 250 % 250}.{number % 250 + 1}"
    client = Client(REMOTE_ADDR=address, headers={"accept-language": "en"})
    return client.post("/accounts/login/", {"login": name, "password": f"guess-{number}"})


def attempt_over_the_api(number, name):
    address = f"198.51.{number // 250 % 250}.{number % 250 + 1}"
    said = {"login": name, "password": f"guess-{number}"}
    return Client(REMOTE_ADDR=address).post("/api/v1/token/", said, content_type="application/json")


def text_of(answer, name):
    body = answer.content.decode().replace(name, "")
    return body[body.index("<main") : body.index("</main")] if "<main" in body else body


def test_five_checks_a_name_within_five_minutes(hashed):
    """Through pages and API together, however the name is written. STUFFING_ATTEMPTS=10000 for a whole attack."""
    UserFactory(username="victim")
    hashed.clear()
    checked_at, seconds = [], 1500
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begun = timezone.now()
        for number in range(ATTEMPTS):
            moment = number * seconds / ATTEMPTS
            clock.move_to(begun + timezone.timedelta(seconds=moment))
            before = len(hashed)
            door = attempt_over_the_api if number % 3 == 0 else attempt
            answer = door(number, ("victim", "Victim", " VICTIM")[number % 7 % 3])
            assert answer.status_code in (200, 401, 422, 429)
            if len(hashed) > before:
                checked_at.append(moment)
    assert len(checked_at) >= min(20, ATTEMPTS // 5)
    for moment in checked_at:
        assert sum(moment <= other < moment + 300 for other in checked_at) <= 5


def test_known_and_unknown_names_cost_and_say_the_same(hashed):
    UserFactory(username="known-one")
    seen = {}
    for name in ("nobody-is", "known-one", "unknown-1"):  # the first warms what is kept
        seen[name] = []
        for number in range(8):
            hashed.clear()
            answer = attempt(number, name)
            shown = text_of(answer, name)
            shown = "".join(part.split('"', 2)[-1] for part in shown.split("csrfmiddlewaretoken"))
            seen[name].append((answer.status_code, len(hashed), len(shown)))
    assert seen["known-one"] == seen["unknown-1"]
    assert [cost for _status, cost, _length in seen["known-one"]] == [1] * 5 + [0] * 3


def test_known_and_unknown_names_answer_alike_over_the_api(hashed):
    UserFactory(username="known-one")
    seen = {}
    for name in ("nobody-is", "known-one", "unknown-1"):
        seen[name] = []
        for number in range(8):
            hashed.clear()
            answer = attempt_over_the_api(number, name)
            seen[name].append((answer.status_code, len(hashed), answer.content))
    assert seen["known-one"] == seen["unknown-1"]
    assert [cost for _status, cost, _body in seen["known-one"]] == [1] * 5 + [0] * 3

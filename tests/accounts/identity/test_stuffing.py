"""Trying names and numbers by the thousand: how many checks come through, and whether the answers tell anything."""

import os
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import custody, identity
from accounts.identity.claim import parse
from accounts.identity.sandbox import SandboxProvider, invented_number
from accounts.models import IdentityCheck, Try
from core import crypto
from core.errors import DomainError
from tests.accounts.identity.conftest import NAME, SANDBOX, errors
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ATTEMPTS = int(os.environ.get("STUFFING_ATTEMPTS", "600"))
"""A full run makes 10,000: STUFFING_ATTEMPTS=10000 pytest tests/accounts/identity/test_stuffing.py"""


@pytest.fixture
def work(monkeypatch, offer):
    """What is dear: slow indexes computed and providers asked."""
    offer(SANDBOX)
    done = {"indexes": 0, "checks": 0}
    real_index, real_check = crypto.slow_index, SandboxProvider.check

    def index(text):
        done["indexes"] += 1
        return real_index(text)

    def check(self, claim):
        done["checks"] += 1
        return real_check(self, claim)

    monkeypatch.setattr(crypto, "slow_index", index)
    monkeypatch.setattr(SandboxProvider, "check", check)
    return done


def test_one_number_from_many_accounts_and_addresses(work, number):
    """Every attempt is another account at another address; within five minutes five come through, in any window."""
    attempts, seconds = ATTEMPTS, 1800
    victim = UserFactory(verified_at=None)
    identity.verify(user=victim, name=NAME, number=number)
    work["checks"] = 0
    users = UserFactory.create_batch(min(attempts // 4, 400), verified_at=None)
    asked_at = []
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=10), tick=False) as clock:
        begun = timezone.now()
        for attempt in range(attempts):
            clock.move_to(begun + timezone.timedelta(seconds=attempt * seconds / attempts))
            before = work["checks"]
            user = users[attempt % len(users)]
            IdentityCheck.objects.filter(user=user).delete()  # as many accounts as attempts
            with pytest.raises(DomainError) as refused:
                identity.verify(user=user, name="不符小明", number=number)
            assert refused.value.code in ("identity_refused", "too_many_checks")
            if work["checks"] > before:
                asked_at.append(attempt * seconds / attempts)
    for moment in asked_at:
        assert sum(moment <= other < moment + 300 for other in asked_at) <= 5
    assert len(asked_at) >= 5 * (seconds // 300) - 5


def test_through_the_page_with_rotating_addresses(work, number):
    answers = []
    for attempt in range(12):
        client = Client(REMOTE_ADDR=f"198.51.100.{attempt}", headers={"accept-language": "en"})
        client.force_login(UserFactory(verified_at=None))
        answer = client.post(reverse("accounts:verify"), {"name": "不符小明", "number": number})
        answers.append(errors(answer)["__all__"][0])
    assert answers == ["identity_refused"] * 5 + ["too_many_checks"] * 7
    assert work["checks"] == 5


def test_known_and_unknown_numbers_answer_alike(work, number):
    """A used number, a wrong name and an unknown number: the same words after the same work, and the limit too."""
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    seen = []
    kinds = [(NAME, number), ("不符小明", invented_number()), ("不符小明", number)]
    for name, typed in (("不符小明", invented_number()), *kinds):  # the first warms what is kept between requests
        client = Client(headers={"accept-language": "en"})
        client.force_login(UserFactory(verified_at=None))
        client.get(reverse("accounts:verify"))
        work.update(indexes=0, checks=0)
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(reverse("accounts:verify"), {"name": name, "number": typed})
        # The statements themselves, whatever their values.
        shapes = [re.sub(r"(?: -)?[0-9a-f]*[0-9][0-9a-f]*", "#", query["sql"].split("VALUES")[0]) for query in queries]
        shapes = [shape.split("WHERE")[0] for shape in shapes]
        body = answer.content.decode().replace(typed, "").replace(name, "")
        body = body[body.index("<main") : body.index("</main")]
        body = re.sub(r'csrfmiddlewaretoken" value="\w+"|<code>\w+</code>', "", body)
        seen.append((answer.status_code, errors(answer), dict(work), shapes, body))
    del seen[0]
    assert seen[0] == seen[1]
    assert seen[1] == seen[2]
    assert seen[0][2] == {"indexes": 1, "checks": 1}


def test_the_limit_is_the_same_for_known_and_unknown_numbers(work, number):
    known, unknown = number, invented_number()
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=known)
    Try.objects.all().delete()
    for typed in (known, unknown):
        said = []
        for _attempt in range(7):
            try:
                identity.verify(user=UserFactory(verified_at=None), name="不符小明", number=typed)
            except DomainError as error:
                said.append(error.code)
        assert said == ["identity_refused"] * 5 + ["too_many_checks"] * 2


def test_one_account_does_not_try_many_numbers(work, user, page):
    said = []
    for _attempt in range(8):
        said.append(errors(page(name="不符小明", number=invented_number()))["__all__"][0])
    assert said == ["identity_refused"] * 3 + ["cooling_down"] * 5
    # What is refused before costs no index either.
    assert work == {"indexes": 3, "checks": 3}


def test_what_is_counted_tells_no_number(work, number, user, page):
    page(name="不符小明", number=number)
    assert bytes(Try.objects.get().number_index) == crypto.slow_index(parse(name=NAME, number=number).key)
    custody.tidy(now=timezone.now() + timezone.timedelta(minutes=6))
    assert not Try.objects.exists()

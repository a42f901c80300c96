"""The redirect flow, against a stand-in that speaks Alipay's protocol with its own keys."""

import json
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import identity
from accounts.identity.alipay import AlipayProvider, _made
from accounts.models import IdentityCheck, IdentityCheckState, LegalIdentity, SealedPerson, User
from core import outbound
from tests.accounts.identity.alipay_stand_in import private_text, public_text
from tests.accounts.identity.conftest import NAME, errors

pytestmark = pytest.mark.django_db
State = IdentityCheckState


@pytest.fixture
def waiting_page(client):
    return lambda **headers: client.get(
        reverse("accounts:verify_waiting"), headers={"accept-language": "en", **headers}
    )


@pytest.fixture(autouse=True)
def ask_whenever(monkeypatch):
    monkeypatch.setattr("accounts.views.verify._ASK_SECONDS", 0.001)


def begun(alipay):
    (certify_id,) = alipay.begun
    return certify_id


def test_going_to_alipay_and_back(page, client, user, alipay, number, waiting_page):
    assert page(name=NAME, number=number).status_code == 302
    check = IdentityCheck.objects.get()
    assert (check.state, check.reference, check.provider) == (State.STARTED, begun(alipay), "alipay")
    asked = alipay.begun[check.reference]
    assert asked["person"] == {
        "identity_type": "CERT_INFO",
        "cert_type": "IDENTITY_CARD",
        "cert_name": NAME,
        "cert_no": number,
    }
    assert asked["order"] == check.sealed_id.hex
    assert asked["return_url"].endswith(reverse("accounts:verify_back"))
    # Nothing of the person stands in an address, where proxies would log it.
    assert {path for path, _asked in alipay.seen} == {"/gateway.do?charset=utf-8"}

    shown = client.get(reverse("accounts:verify"), headers={"accept-language": "en"})
    assert urlsplit(shown.context["go_on"]).netloc == urlsplit(alipay.gateway).netloc
    assert "<svg" in shown.content.decode()
    content = dict(part.split("=", 1) for part in urlsplit(shown.context["go_on"]).query.split("&"))
    assert content["method"] == "alipay.user.certify.open.certify"
    assert NAME not in shown.context["go_on"]
    assert number not in shown.context["go_on"]

    assert waiting_page().url == reverse("accounts:verify")
    assert IdentityCheck.objects.get().state == State.STARTED
    alipay.decide(check.reference, True)
    assert client.get(reverse("accounts:verify_back")).url == reverse("accounts:verify_waiting")
    assert waiting_page().url == reverse("accounts:me")
    assert User.objects.get(pk=user.pk).is_verified
    assert LegalIdentity.objects.get().provider == "alipay"


def test_the_signed_address_is_one_that_alipay_takes(page, client, alipay, number):
    page(name=NAME, number=number)
    from urllib.parse import parse_qsl

    address = client.get(reverse("accounts:verify")).context["go_on"]
    asked = dict(parse_qsl(urlsplit(address).query))
    assert alipay.check(asked) == {"certify_id": begun(alipay)}


def test_alipay_says_no(page, client, user, alipay, number, waiting_page):
    page(name=NAME, number=number)
    alipay.decide(begun(alipay), False)
    assert waiting_page().url == reverse("accounts:verify")
    assert IdentityCheck.objects.get().state == State.REFUSED
    assert not SealedPerson.objects.exists()
    assert "We could not verify you" in client.get(reverse("accounts:verify")).content.decode()


def test_the_page_that_waits_asks_for_itself(page, alipay, number, waiting_page):
    page(name=NAME, number=number)
    part = waiting_page(**{"hx-request": "true"})
    assert 'hx-trigger="every 5s"' in part.content.decode()
    alipay.decide(begun(alipay), True)
    assert waiting_page(**{"hx-request": "true"}).headers["HX-Redirect"] == reverse("accounts:me")


def test_a_used_identity_is_refused_like_a_wrong_one(page, alipay, number, offer):
    from tests.accounts.identity.conftest import ALIPAY, SANDBOX
    from tests.factories import UserFactory

    offer(SANDBOX)
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    offer(ALIPAY)
    page(name=NAME, number=number)
    check = IdentityCheck.objects.get(provider="alipay")
    assert check.state == State.STARTED
    alipay.decide(check.reference, True)
    assert identity.ask(check=check).state == State.REFUSED


def test_a_refusal_at_the_beginning(page, alipay, number):
    alipay.trouble = "refused"
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_refused"]}
    assert IdentityCheck.objects.get().state == State.REFUSED


@pytest.mark.parametrize("trouble", ["forged", "unsigned", "cut", "html", "error", "drop", "system"])
def test_an_answer_that_cannot_be_believed_begins_nothing(page, alipay, number, trouble):
    alipay.trouble = trouble
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_unavailable"]}
    assert not IdentityCheck.objects.exists()
    assert not SealedPerson.objects.exists()


@pytest.mark.parametrize("trouble", ["forged", "unsigned", "swapped", "cut", "html", "error", "drop", "refused"])
def test_an_answer_that_cannot_be_believed_decides_nothing(page, user, alipay, number, trouble):
    page(name=NAME, number=number)
    alipay.decide(begun(alipay), trouble != "swapped")
    alipay.trouble = trouble
    assert identity.ask(check=IdentityCheck.objects.get()).state == State.STARTED
    alipay.trouble = ""
    expected = State.REFUSED if trouble == "swapped" else State.APPROVED
    assert identity.ask(check=IdentityCheck.objects.get()).state == expected


def test_a_service_that_takes_too_long(page, alipay, number, monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.3)
    monkeypatch.setattr(outbound, "CONNECT_SECONDS", 0.3)
    alipay.trouble = "slow"
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_unavailable"]}


def test_wrong_keys_of_ours_are_refused_there(page, alipay, number, settings):
    settings.ALIPAY_APP_PRIVATE_KEY = private_text(alipay.stranger)
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_unavailable"]}


def test_a_wrong_key_of_theirs_believes_nothing(page, alipay, number, settings):
    settings.ALIPAY_PUBLIC_KEY = public_text(alipay.stranger)
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_unavailable"]}


def test_keys_with_their_frames_do_too(alipay, settings):
    text = private_text(alipay.customers)
    framed = f"-----BEGIN RSA PRIVATE KEY-----\\n{text}\\n-----END RSA PRIVATE KEY-----"
    made = _made(alipay.app_id, framed, public_text(alipay.own))
    assert made.app_private_key.n == alipay.customers.private_numbers().public_numbers.n


def test_nobody_else_can_go_on_with_a_check(page, alipay, number):
    from tests.factories import UserFactory

    page(name=NAME, number=number)
    alipay.decide(begun(alipay), True)
    other = Client()
    other.force_login(UserFactory(verified_at=None))
    other.get(reverse("accounts:verify_waiting"))
    assert IdentityCheck.objects.get().state == State.STARTED
    assert "pass" not in other.get(reverse("accounts:verify")).context["go_on"]


def test_back_in_a_browser_where_nobody_is_logged_in(client, alipay):
    answer = client.get(reverse("accounts:verify_back"), headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "go back to the browser you began in" in answer.content.decode()


def test_beginning_again(page, client, user, alipay, number):
    page(name=NAME, number=number)
    assert client.post(reverse("accounts:verify_cancel")).status_code == 302
    assert IdentityCheck.objects.get().state == State.LAPSED
    assert not SealedPerson.objects.exists()
    # What Alipay says of it later changes nothing.
    alipay.decide(begun(alipay), True)
    assert identity.ask(check=IdentityCheck.objects.get()).state == State.LAPSED
    assert page(name=NAME, number=number).status_code == 302
    assert len(alipay.begun) == 2


def test_the_sweep_asks_for_those_who_never_came_back(page, user, alipay, number):
    from accounts.tasks.identity import settle_identity_checks

    page(name=NAME, number=number)
    alipay.decide(begun(alipay), True)
    settle_identity_checks(None)
    assert IdentityCheck.objects.get().state == State.STARTED
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=3)):
        settle_identity_checks(None)
    assert IdentityCheck.objects.get().state == State.APPROVED


def test_what_nobody_finishes_lapses(page, user, alipay, number):
    from accounts.tasks.identity import settle_identity_checks

    page(name=NAME, number=number)
    with time_machine.travel(timezone.now() + timezone.timedelta(hours=25)):
        settle_identity_checks(None)
    assert IdentityCheck.objects.get().state == State.LAPSED
    assert not SealedPerson.objects.exists()


def test_nothing_of_the_person_is_logged(page, alipay, number, caplog, capfd):
    import logging

    caplog.set_level(logging.DEBUG)
    for trouble in ("", "forged", "html", "refused"):
        alipay.trouble = trouble
        page(name=NAME, number=number)
        IdentityCheck.objects.all().delete()
    everything = "\n".join([caplog.text, *capfd.readouterr(), json.dumps(repr(AlipayProvider()))])
    assert NAME not in everything
    assert number not in everything

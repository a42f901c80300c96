"""Called back, reviewed by people, with passports: through the page and the callback's address."""

import json
import time
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import custody, identity
from accounts.identity import signing
from accounts.identity.mrz import NotReadable, check_digit, read
from accounts.identity.provider import Answer
from accounts.identity.sandbox import callback, callback_secret
from accounts.models import (
    Document,
    Fact,
    FactKind,
    IdentityCheck,
    IdentityCheckState,
    LegalIdentity,
    SealedPerson,
    SealedPhoto,
    User,
)
from core.errors import DomainError
from core.models import Job
from tests.accounts.identity.conftest import CALLBACK, MANUAL, NAME, SANDBOX, errors, passport, photo
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
State = IdentityCheckState
URL = "/identity/callback/sandbox-callback/"


def call(body, headers, url=URL):
    sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    answer = Client(enforce_csrf_checks=True).post(url, body, content_type="application/json", **sent)
    return answer.status_code, answer.json()["code"]


def signed(reference, answer="approved", *, secret=None, at=None):
    body = json.dumps({"reference": reference, "answer": answer}).encode()
    return body, signing.sign(body, secret=secret or callback_secret(), id=uuid.uuid4().hex, at=at)


class TestCallback:
    @pytest.fixture
    def check(self, page, offer, number):
        offer(CALLBACK)
        assert page(name=NAME, number=number).status_code == 302
        return IdentityCheck.objects.get()

    def test_it_waits_and_is_called_back(self, check, client, user):
        assert (check.state, bool(check.reference)) == (State.STARTED, True)
        shown = client.get(reverse("accounts:verify"), headers={"accept-language": "en"}).content.decode()
        assert "One moment, we are asking" in shown
        job = Job.objects.get(handler="accounts.call_back_from_sandbox")
        assert job.args == {"reference": check.reference, "answer": "approved"}
        assert job.run_after > timezone.now()
        assert call(*callback(**{**job.args, "answer": Answer.APPROVED})) == (200, "ok")
        assert User.objects.get(pk=user.pk).is_verified
        assert client.get(reverse("accounts:verify_waiting")).url == reverse("accounts:me")

    def test_it_says_no(self, check, client):
        assert call(*signed(check.reference, "refused")) == (200, "ok")
        assert IdentityCheck.objects.get().state == State.REFUSED
        assert not SealedPerson.objects.exists()

    def test_it_cannot_tell(self, check):
        assert call(*signed(check.reference, "review")) == (200, "ok")
        assert IdentityCheck.objects.get().state == State.PENDING
        assert call(*signed(check.reference)) == (409, "already_decided")
        assert IdentityCheck.objects.get().state == State.PENDING

    def test_twice(self, check):
        assert call(*signed(check.reference)) == (200, "ok")
        assert call(*signed(check.reference)) == (409, "already_decided")
        assert call(*signed(check.reference, "refused")) == (409, "already_decided")
        assert IdentityCheck.objects.get().state == State.APPROVED

    @pytest.mark.parametrize("hours", [25, 48])
    def test_late(self, check, user, hours):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            assert call(*signed(check.reference)) == (409, "already_decided")
        assert not User.objects.get(pk=user.pk).is_verified

    def test_forged(self, check, user):
        with time_machine.travel(timezone.now(), tick=False):
            body, headers = signed(check.reference)
            other = json.dumps({"reference": check.reference, "answer": "refused"}).encode()
            forged = [
                signed(check.reference, secret=b"guessed"),
                (other, headers),
                (body, {}),
                (body, {**headers, "Webhook-Signature": ""}),
                (body, {**headers, "Webhook-Signature": "v1," + "A" * 44}),
                (body, {**headers, "Webhook-Id": "another"}),
                (body, {**headers, "Webhook-Timestamp": str(int(time.time()) + 9)}),
                (body, {**headers, "Webhook-Timestamp": "soon"}),
                (body, {**headers, "Webhook-Timestamp": "9" * 40}),
                signed(check.reference, at=int(time.time()) - 301),
                signed(check.reference, at=int(time.time()) + 301),
                (b"\xff\xfe", signing.sign(b"other", secret=callback_secret(), id="x")),
            ]
            for one in forged:
                assert call(*one) == (403, "bad_callback")
        assert IdentityCheck.objects.get().state == State.STARTED
        assert not User.objects.get(pk=user.pk).is_verified

    @pytest.mark.parametrize(
        "body", [b"{", b"[]", b'{"reference": 1}', b'{"reference": "x", "answer": "maybe"}', b"null"]
    )
    def test_signed_nonsense(self, check, body):
        headers = signing.sign(body, secret=callback_secret(), id="x")
        assert call(body, headers) == (403, "bad_callback")

    def test_unknown_ones(self, check):
        assert call(*signed("sb-unknown")) == (404, "not_found")
        assert call(*signed("")) == (404, "not_found")
        assert call(*signed(check.reference), url="/identity/callback/other/") == (404, "not_found")
        assert call(*signed(check.reference), url="/identity/callback/sandbox/") == (404, "not_found")

    def test_a_provider_that_cannot_call_is_not_believed(self, check, offer):
        offer(CALLBACK, SANDBOX)
        assert call(*signed(check.reference), url="/identity/callback/sandbox/") == (403, "bad_callback")

    def test_one_attempt_at_a_time(self, check, page, number):
        assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_pending"]}
        assert IdentityCheck.objects.count() == 1

    def test_it_stands_on_the_specification(self):
        """The example of the Standard Webhooks specification's reference libraries."""
        secret = b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        body = b'{"test": 2432232314}'
        import base64
        import hashlib
        import hmac

        key = base64.b64decode(secret)
        wanted = base64.b64encode(hmac.new(key, b"msg_1.1614265330." + body, hashlib.sha256).digest()).decode()
        assert signing.sign(body, secret=key, id="msg_1", at=1614265330)["Webhook-Signature"] == f"v1,{wanted}"


def test_a_provider_that_is_down_begins_nothing(page, offer, number):
    offer(CALLBACK)
    assert errors(page(name="故障小明", number=number)) == {"__all__": ["identity_unavailable"]}
    assert not IdentityCheck.objects.exists()
    assert not Job.objects.filter(handler="accounts.call_back_from_sandbox").exists()


def test_a_provider_that_says_nothing_and_one_that_says_it_twice(page, offer, number):
    offer(CALLBACK)
    page(name="无回音小明", number=number)
    assert not Job.objects.filter(handler="accounts.call_back_from_sandbox").exists()
    identity.cancel(user=IdentityCheck.objects.get().user)
    page(name="两次小明", number=number)
    assert Job.objects.filter(handler="accounts.call_back_from_sandbox").count() == 2


def test_a_check_that_was_interrupted_goes_to_people(page, offer, number, user):
    offer(CALLBACK)
    page(name=NAME, number=number)
    IdentityCheck.objects.update(reference="", created_at=timezone.now() - timedelta(minutes=9))
    assert identity.ask(check=IdentityCheck.objects.get()).state == State.STARTED
    IdentityCheck.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert identity.ask(check=IdentityCheck.objects.get()).state == State.PENDING


class TestManual:
    @pytest.fixture
    def check(self, page, offer, number):
        offer(MANUAL)
        assert page(name=NAME, number=number, photos=[photo("#112233"), photo("#445566")]).status_code == 302
        return IdentityCheck.objects.get()

    def test_photos_are_kept_encrypted_until_it_is_decided(self, check, user):
        assert check.state == State.PENDING
        assert SealedPhoto.objects.count() == 2
        shown = custody.read_photos(check.sealed_id)
        assert [image[:4] + image[8:12] for image in shown] == [b"RIFFWEBP"] * 2
        assert all(b"WEBP" not in bytes(row.image_encrypted) for row in SealedPhoto.objects.all())
        identity.approve(check=check, by=UserFactory(is_staff=True))
        assert not SealedPhoto.objects.exists()
        assert User.objects.get(pk=user.pk).is_verified
        assert custody.read(LegalIdentity.objects.get().sealed_id).name == NAME

    def test_refused_photos_are_gone(self, check):
        identity.refuse(check=check, by=UserFactory(is_staff=True))
        assert not SealedPhoto.objects.exists()
        assert not SealedPerson.objects.exists()

    def test_photos_cannot_change_places(self, check):
        from cryptography.exceptions import InvalidTag

        one, other = SealedPhoto.objects.all()
        one.image_encrypted = other.image_encrypted
        with pytest.raises(InvalidTag):
            one.open(key=SealedPerson.objects.get().data_key())

    def test_two_people_where_set_so(self, check, settings, user):
        settings.IDENTITY_REVIEWERS = 2
        first, second = UserFactory(is_staff=True), UserFactory(is_staff=True)
        assert identity.approve(check=check, by=first).state == State.PENDING
        with pytest.raises(DomainError) as refused:
            identity.approve(check=check, by=first)
        assert refused.value.code == "approved_by_you"
        assert not User.objects.get(pk=user.pk).is_verified
        assert identity.approve(check=check, by=second).state == State.APPROVED

    def test_one_of_two_is_enough_to_refuse(self, check, settings):
        settings.IDENTITY_REVIEWERS = 2
        identity.approve(check=check, by=UserFactory(is_staff=True))
        assert identity.refuse(check=check, by=UserFactory(is_staff=True)).state == State.REFUSED

    def test_without_photos(self, page, offer, number):
        offer(MANUAL)
        answer = page(name=NAME, number=number)
        assert errors(answer) == {"photos": ["photos_needed"]}
        assert f'value="{number}"' in answer.content.decode()
        assert not SealedPerson.objects.exists()

    def test_too_many_and_no_photos_at_all(self, page, offer, number):
        offer(MANUAL)
        assert errors(page(name=NAME, number=number, photos=[photo() for _ in range(5)])) == {
            "photos": ["too_many_photos"]
        }
        broken = photo()
        broken.truncate(100)
        assert errors(page(name=NAME, number=number, photos=[broken])) == {"photos": ["not_a_picture"]}
        assert not SealedPerson.objects.exists()


class TestPassport:
    def test_verifying(self, page, user):
        data = passport()
        assert page(document="passport", **data).status_code == 302
        known = LegalIdentity.objects.get()
        claim = custody.read(known.sealed_id)
        assert (known.document, known.valid_until.isoformat()) == (Document.PASSPORT, data["valid_until"])
        assert (claim.name, claim.number, claim.country, claim.gender) == (
            data["name"], data["number"], "ESP", "female",
        )  # fmt: skip
        assert claim.born.isoformat() == data["born"]
        assert set(Fact.objects.valid().values_list("kind", flat=True)) == {FactKind.ADULT, FactKind.GENDER}
        adult = Fact.objects.get(kind=FactKind.ADULT)
        assert timezone.localtime(adult.valid_until).date() - known.valid_until == timedelta(days=1)

    def test_without_the_lower_line(self, page):
        data = passport()
        data.pop("mrz")
        assert page(document="passport", **data).status_code == 302
        assert list(Fact.objects.valid().values_list("kind", flat=True)) == [FactKind.ADULT]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"country": "CHN"}, {"country": ["invalid_choice"]}),
            ({"country": "XXX"}, {"country": ["invalid_choice"]}),
            ({"number": "AB1"}, {"number": ["bad_passport"]}),
            ({"number": "ABCDEFGH"}, {"number": ["bad_passport"]}),
            ({"born": "2999-01-01"}, {"born": ["bad_passport"]}),
            ({"born": "yesterday"}, {"born": ["invalid"]}),
            ({"valid_until": "2001-01-01"}, {"valid_until": ["document_over"]}),
            ({"valid_until": "2199-01-01"}, {"valid_until": ["bad_passport"]}),
            ({"name": "7"}, {"name": ["bad_legal_name"]}),
        ],
    )
    def test_one_that_cannot_be(self, page, changes, expected):
        data = passport()
        data.pop("mrz")
        assert errors(page(document="passport", **{**data, **changes})) == expected
        assert not IdentityCheck.objects.exists()

    @pytest.mark.parametrize("place", [0, 9, 14, 22, 27, 43])
    def test_a_slip_in_the_lower_line(self, page, place):
        data = passport()
        line = data["mrz"]
        data["mrz"] = line[:place] + ("7" if line[place] != "7" else "3") + line[place + 1 :]
        assert errors(page(document="passport", **data)) == {"mrz": ["bad_mrz"]}

    @pytest.mark.parametrize(("field", "value"), [("number", "K12345678"), ("born", "1988-03-10"), ("country", "FRA")])
    def test_a_lower_line_of_another_passport(self, page, field, value):
        assert errors(page(document="passport", **{**passport(), field: value})) == {"mrz": ["bad_mrz"]}

    def test_the_example_of_the_specification(self):
        line = read("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
        assert (line.number, line.country, line.gender) == ("L898902C3", "UTO", "female")
        assert (line.born.isoformat(), line.valid_until.isoformat()) == ("1974-08-12", "2012-04-15")
        assert check_digit("520727") == "3"
        for wrong in ("", "L898902C36UTO7408122F1204159ZE184226B<<<<<1", "x" * 44, "<" * 44):
            with pytest.raises(NotReadable):
                read(wrong)

    def test_the_same_number_of_another_country_is_another_person(self, page, user):
        data = passport()
        page(document="passport", **data)
        other = {**data, "country": "FRA", "mrz": ""}
        check = identity.verify(
            user=UserFactory(verified_at=None),
            document="passport",
            **{**other, "born": custody.read(LegalIdentity.objects.get().sealed_id).born,
               "valid_until": LegalIdentity.objects.get().valid_until},
        )  # fmt: skip
        assert check.state == State.APPROVED


def test_the_page_offers_what_fits(client, user, offer):
    client.force_login(user)
    offer(SANDBOX, CALLBACK, MANUAL)
    card = client.get("/me/verify/", headers={"accept-language": "en"})
    assert [way["label"] for way in card.context["choices"]["providers"]] == [
        "At once", "Within a minute", "With photos of my document",
    ]  # fmt: skip
    passports = client.get("/me/verify/?document=passport&next=/circles/", headers={"accept-language": "en"})
    assert [way["label"] for way in passports.context["choices"]["providers"]] == [
        "At once", "With photos of my document",
    ]  # fmt: skip
    assert "next=%2Fcircles%2F" in passports.context["choices"]["providers"][1]["url"]
    assert 'name="photos"' not in passports.content.decode()
    assert client.get("/me/verify/?document=nonsense&by=nobody").status_code == 200


def test_countries_in_both_languages(client, user, offer):
    client.force_login(user)
    offer(SANDBOX)
    english = client.get("/me/verify/?document=passport", headers={"accept-language": "en"}).content.decode()
    chinese = client.get("/me/verify/?document=passport", headers={"accept-language": "zh-hans"}).content.decode()
    assert '<option value="DEU">Germany</option>' in english
    assert '<option value="DEU">德国</option>' in chinese
    assert 'value="CHN"' not in english
    assert 'value="DDR"' not in english

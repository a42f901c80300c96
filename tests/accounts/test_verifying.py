"""The real-name step: through the page, with the sandbox as provider."""

import logging
import random
import threading
from datetime import timedelta

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import rules
from accounts.actions import custody, identity
from accounts.custody import TABLES
from accounts.identity import sandbox
from accounts.identity.claim import Claim, parse
from accounts.identity.manual import ManualProvider
from accounts.identity.sandbox import SandboxProvider, invented_number
from accounts.models import IdentityCheck, IdentityCheckState, LegalIdentity, SealedPerson, User
from core.errors import DomainError, Invalid
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NAME = "林知夏"
REFUSAL = "We could not verify you with this name and number."


@pytest.fixture
def user():
    return UserFactory(verified_at=None)


@pytest.fixture
def page(client, user):
    """Sends the form as `user`; English."""
    client.force_login(user)

    def send(**data):
        return client.post(reverse("accounts:verify"), data, headers={"accept-language": "en"})

    return send


def errors(answer) -> dict[str, list[str]]:
    return {field: [error.code for error in found] for field, found in answer.context["form"].errors.as_data().items()}


def test_verifying(page, user, number):
    answer = page(name=NAME, number=number)
    assert (answer.status_code, answer.url) == (302, reverse("accounts:me"))
    user.refresh_from_db()
    assert user.is_verified
    found = LegalIdentity.objects.get()
    claim = custody.read(found.sealed_id)
    assert (found.user, claim.name, claim.number) == (user, NAME, number)
    check = IdentityCheck.objects.get()
    assert (check.state, check.sealed_id) == (IdentityCheckState.APPROVED, None)
    assert SealedPerson.objects.count() == 1


def test_verifying_goes_back_to_where_one_came_from(page, number):
    assert page(name=NAME, number=number, next="/circles/coffee/").url == "/circles/coffee/"


def test_verifying_never_leads_away(page, number):
    assert page(name=NAME, number=number, next="https://example.org/").url == reverse("accounts:me")


@pytest.mark.parametrize(
    "typed",
    [
        lambda number: f" {number[:6]} {number[6:14]} {number[14:]} ",
        lambda number: number.lower(),
        lambda number: number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("X"): "ｘ"}),
        lambda number: f"{number[:6]}-{number[6:14]}–{number[14:]}",
    ],
)
def test_a_number_is_read_as_meant(page, typed):
    number = next(n for n in map(invented_number, map(random.Random, range(99))) if n.endswith("X"))
    assert page(name=NAME, number=typed(number)).status_code == 302
    assert custody.read(LegalIdentity.objects.get().sealed_id).number == number


@pytest.mark.parametrize("name", ["阿卜杜拉•买买提", "Ana-Lucía O’Neill", "欧阳 娜娜"])
def test_names_of_many_kinds(page, number, name):
    assert page(name=name, number=number).status_code == 302


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("11010119000307123", "An ID number has 18 characters; this has 17."),
        ("1101011900030712345", "An ID number has 18 characters; this has 19."),
        ("11010119000307A23X", "An ID number is 17 digits and one more, or an X, at the end."),
        ("١١٠١٠١١٩٠٠٠٣٠٧١٢٣٤", "An ID number is 17 digits and one more, or an X, at the end."),
        ("110101190002301234", "Digits 7 to 14 are not a date of birth. Please check them."),
        ("110101299902031234", "Digits 7 to 14 are not a date of birth. Please check them."),
        ("110101189912311234", "Digits 7 to 14 are not a date of birth. Please check them."),
        ("990101190003071234", "The first six digits are no place. Please check them."),
    ],
)
def test_a_number_that_cannot_be(page, user, number, message):
    answer = page(name=NAME, number=number)
    assert answer.status_code == 422
    assert errors(answer) == {"number": ["bad_id_number"]}
    assert answer.context["form"].errors["number"] == [message]
    body = answer.content.decode()
    assert f'value="{NAME}"' in body
    assert f'value="{number}"' in body
    assert not IdentityCheck.objects.exists()
    assert not User.objects.get().is_verified


def test_a_wrong_checksum(page, number):
    slip = number[:-1] + ("1" if number[-1] != "1" else "2")
    answer = page(name=NAME, number=slip)
    assert answer.context["form"].errors["number"] == [
        "There is a slip in this number: its last character does not fit. Please check it."
    ]


@pytest.mark.parametrize("name", ["", "林", "林2", "x" * 51, "x" * 100_000, "林\x00知夏", "<b>", "····"])
def test_a_name_that_cannot_be(page, number, name):
    answer = page(name=name, number=number)
    assert answer.status_code == 422
    assert list(errors(answer)) == ["name"]
    assert not IdentityCheck.objects.exists()


@pytest.mark.parametrize("number", ["x" * 100_000, "1\x00", ""])
def test_a_number_that_is_none(page, number):
    answer = page(name=NAME, number=number)
    assert answer.status_code == 422
    assert list(errors(answer)) == ["number"]


def test_lone_surrogates_do_no_harm(client, user, number):
    client.force_login(user)
    body = f"name=%ED%A0%80%ED%B0%80&number={number}%ED%A0%80"
    answer = client.post(reverse("accounts:verify"), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    with pytest.raises(Invalid):
        parse(name="\ud800\udc00", number=number)
    with pytest.raises(Invalid):
        parse(name=NAME, number=number[:-1] + "\ud800")


def test_a_refusal_is_the_same_for_a_wrong_name_and_a_used_number(page, user, number):
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    wrong = page(name="不符小明", number=invented_number())
    used = page(name=NAME, number=number)
    used_by_another_name = page(name="陈一", number=number)
    for answer in (wrong, used, used_by_another_name):
        assert answer.status_code == 422
        assert errors(answer) == {"__all__": ["identity_refused"]}
        assert answer.context["form"].non_field_errors() == [REFUSAL]
    user.refresh_from_db()
    assert not user.is_verified
    checks = IdentityCheck.objects.filter(user=user)
    assert [check.state for check in checks] == [IdentityCheckState.REFUSED] * 3
    assert {check.sealed_id for check in checks} == {None}
    assert SealedPerson.objects.get().owner_id != user.pk
    assert LegalIdentity.objects.count() == 1


def test_a_provider_that_is_down_costs_nothing(page, number):
    answer = page(name="故障小明", number=number)
    assert errors(answer) == {"__all__": ["identity_unavailable"]}
    assert f'value="{number}"' in answer.content.decode()
    assert not IdentityCheck.objects.exists()
    assert page(name=NAME, number=number).status_code == 302


def test_waiting_for_review(page, client, user, number):
    assert page(name="待审小明", number=number).status_code == 302
    check = IdentityCheck.objects.get()
    claim = custody.read(check.sealed_id)
    assert (check.state, claim.name, claim.number) == (IdentityCheckState.PENDING, "待审小明", number)
    shown = client.get(reverse("accounts:verify"), headers={"accept-language": "en"}).content.decode()
    assert "We are looking at it" in shown
    assert number not in shown
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_pending"]}
    assert IdentityCheck.objects.count() == 1


def test_staff_approves(page, user, number):
    page(name="待审小明", number=number)
    staff = UserFactory(is_staff=True)
    check = identity.approve(check=IdentityCheck.objects.get(), by=staff)
    assert (check.state, check.decided_by, check.sealed_id) == (IdentityCheckState.APPROVED, staff, None)
    user.refresh_from_db()
    assert user.is_verified
    with pytest.raises(DomainError) as refused:
        identity.refuse(check=check, by=staff)
    assert refused.value.code == "already_decided"


def test_staff_refuses_and_one_may_try_again(page, user, number):
    page(name="待审小明", number=number)
    identity.refuse(check=IdentityCheck.objects.get(), by=UserFactory(is_staff=True))
    user.refresh_from_db()
    assert not user.is_verified
    assert page(name=NAME, number=number).status_code == 302


def test_staff_cannot_give_one_person_two_accounts(page, user, number):
    page(name="待审小明", number=number)
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    check = identity.approve(check=IdentityCheck.objects.get(user=user), by=UserFactory(is_staff=True))
    assert check.state == IdentityCheckState.REFUSED
    assert not User.objects.get(pk=user.pk).is_verified


def test_attempts_are_limited(page, user):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begun = timezone.now()

        def refused():
            return errors(page(name="不符小明", number=invented_number()))["__all__"]

        for _attempt in range(3):
            assert refused() == ["identity_refused"]
        assert refused() == ["cooling_down"]
        clock.shift(timedelta(minutes=10))
        assert refused() == ["identity_refused"]
        clock.shift(timedelta(minutes=59))
        assert refused() == ["cooling_down"]
        clock.shift(timedelta(minutes=1))
        assert refused() == ["identity_refused"]
        assert refused() == ["too_many_attempts"]
        assert IdentityCheck.objects.count() == rules.ATTEMPTS_PER_DAY
        clock.move_to(begun + timedelta(hours=25))
        assert page(name=NAME, number=invented_number()).status_code == 302


def test_the_verified_need_not_again(page, client, number):
    page(name=NAME, number=number)
    assert errors(page(name=NAME, number=invented_number())) == {"__all__": ["already_verified"]}
    shown = client.get(reverse("accounts:verify"), headers={"accept-language": "en"}).content.decode()
    assert "There is nothing left to do" in shown
    assert '<input type="text"' not in shown


def test_only_for_people_who_are_logged_in(client):
    answer = client.post(reverse("accounts:verify"), {"name": NAME})
    assert answer.url == f"{reverse('account_login')}?next={reverse('accounts:verify')}"


@pytest.mark.django_db(transaction=True)
def test_one_person_with_two_accounts_at_the_same_moment(monkeypatch, number):
    gate = threading.Barrier(2, timeout=20)
    real = SandboxProvider.check

    def check_together(self, claim):
        gate.wait()
        return real(self, claim)

    monkeypatch.setattr(SandboxProvider, "check", check_together)
    users = [UserFactory(verified_at=None) for _ in range(2)]
    answers = []

    def run(user):
        try:
            client = Client()
            client.force_login(user)
            answers.append(client.post(reverse("accounts:verify"), {"name": NAME, "number": number}))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert errors(next(a for a in answers if a.status_code == 422)) == {"__all__": ["identity_refused"]}
    assert LegalIdentity.objects.count() == 1
    assert User.objects.filter(verified_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_provider_is_never_asked_inside_a_transaction(monkeypatch, number):
    seen = []
    monkeypatch.setattr(
        SandboxProvider,
        "check",
        lambda self, claim: seen.append(connection.in_atomic_block) or sandbox.Answer.APPROVED,
    )
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    assert seen == [False]
    with transaction.atomic(), pytest.raises(RuntimeError):
        identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_a_crash_while_the_provider_is_asked_leaves_the_claim_for_review(monkeypatch, number):
    def crash(self, claim):
        raise SystemExit

    monkeypatch.setattr(SandboxProvider, "check", crash)
    with pytest.raises(SystemExit):
        identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)
    assert custody.read(IdentityCheck.objects.get().sealed_id).number == number


def test_nothing_in_plain_text_in_the_database(page, user, number):
    page(name="待审小明", number=number)
    identity.approve(check=IdentityCheck.objects.get(), by=UserFactory(is_staff=True))
    page_of_another = UserFactory(verified_at=None)
    identity.verify(user=page_of_another, name="待审小明", number=invented_number())
    with connection.cursor() as cursor:
        for table in ("accounts_legalidentity", "accounts_identitycheck", *TABLES):
            cursor.execute(f"SELECT * FROM {table}")
            rows = cursor.fetchall()
            assert rows or table == "custody_photo"
            whole = b"".join(bytes(v) if isinstance(v, memoryview) else str(v).encode() for row in rows for v in row)
            assert number.encode() not in whole
            assert "小明".encode() not in whole


def test_a_tampered_row_does_not_open(user, number):
    identity.verify(user=user, name=NAME, number=number)
    other = UserFactory(verified_at=None)
    identity.verify(user=other, name="陈一", number=invented_number())
    mine, theirs = SealedPerson.objects.get(owner_id=user.pk), SealedPerson.objects.get(owner_id=other.pk)
    mine.name_encrypted = theirs.name_encrypted
    with pytest.raises(InvalidTag):
        mine.open_name()
    mine.refresh_from_db()
    mine.wrapped_key, mine.name_encrypted = theirs.wrapped_key, theirs.name_encrypted
    with pytest.raises(InvalidTag):
        mine.open_name()
    mine.refresh_from_db()
    mine.name_encrypted, mine.number_encrypted = mine.number_encrypted, mine.name_encrypted
    with pytest.raises(InvalidTag):
        mine.open_number()
    mine.refresh_from_db()
    changed = bytearray(mine.number_encrypted)
    changed[-1] ^= 1
    mine.number_encrypted = bytes(changed)
    with pytest.raises(InvalidTag):
        mine.open_number()


def test_no_name_or_number_in_logs_reprs_or_errors(page, number, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    canary = "金丝雀"
    slip = number[:-1] + ("1" if number[-1] != "1" else "2")
    for name, typed in [
        (f"故障{canary}", number),
        (f"不符{canary}", number),
        (canary, slip),
        (f"待审{canary}", number),
        (canary, number),
    ]:
        page(name=name, number=typed)
    check = IdentityCheck.objects.get(state=IdentityCheckState.PENDING)
    staff = UserFactory(is_staff=True)
    decided = identity.approve(check=check, by=staff)
    shown = f"{check!r} {check} {decided!r} {LegalIdentity.objects.get()!r} {Claim(canary, number)!r}"
    with pytest.raises(DomainError) as error:
        identity.verify(user=UserFactory(verified_at=None), name=canary, number=number)
    everything = "\n".join([caplog.text, *capfd.readouterr(), shown, repr(error.value), str(error.value)])
    assert canary not in everything
    assert number not in everything
    assert slip not in everything


def test_the_sandbox_hint_is_for_the_sandbox_only(client, user, settings):
    client.force_login(user)
    assert "sandbox" in client.get(reverse("accounts:verify"), headers={"accept-language": "en"}).content.decode()
    settings.IDENTITY_PROVIDER = "tests.accounts.test_verifying.OtherProvider"
    assert "sandbox" not in client.get(reverse("accounts:verify"), headers={"accept-language": "en"}).content.decode()


class OtherProvider(ManualProvider):
    code = "other"

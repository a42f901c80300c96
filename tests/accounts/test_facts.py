"""Verified facts: granted, renewed, run out, revoked; and the copy that travels with the person's row."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import facts
from accounts.models import Fact, FactChange, FactKind, Institution, User
from accounts.passport import passport_of
from core.errors import Invalid
from core.models import Job
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ISSUER = Fact.Source.ISSUER
DAY = timedelta(days=1)


@pytest.fixture
def school():
    return Institution.objects.create(slug="tingtao", kind="school", name="听涛大学", is_issuer=True)


def student(user, school, **said):
    return facts.grant(user=user, kind=FactKind.STUDENT, value=school.slug, source=ISSUER, institution=school, **said)


def holds(user, kind=FactKind.STUDENT, value="", at=None):
    """By the copy in the row, which must agree with the rows themselves."""
    fresh = User.objects.get(pk=user.pk)
    answer = passport_of(fresh).holds(kind, value, at)
    rows = Fact.objects.valid(at).filter(user=user, kind=kind, **({"value": value} if value else {}))
    assert answer == rows.exists()
    return answer


def test_granting(school):
    user = UserFactory()
    assert not holds(user)
    fact = student(user, school, valid_until=timezone.now() + 30 * DAY, way=FactChange.Way.EMAIL)
    assert holds(user)
    assert holds(user, value="tingtao")
    assert not holds(user, value="another")
    assert not holds(user, FactKind.EMPLOYEE)
    assert not holds(user, at=timezone.now() + 31 * DAY)
    assert passport_of(user).holds(FactKind.STUDENT), "the caller's copy knows too"
    assert (fact.shown, fact.institution) == (Fact.Shown.NOWHERE, school)
    change = FactChange.objects.get()
    assert (change.fact, change.what, change.way) == (fact, "granted", "email")


def test_renewing_keeps_whichever_time_is_longer(school):
    user, now = UserFactory(), timezone.now()
    first = student(user, school, valid_until=now + 30 * DAY)
    again = student(user, school, valid_until=now + 60 * DAY)
    assert (again.pk, again.valid_from, again.valid_until) == (first.pk, first.valid_from, now + 60 * DAY)
    shorter = student(user, school, valid_until=now + 10 * DAY)
    assert shorter.valid_until == now + 60 * DAY
    assert student(user, school).valid_until is None
    assert [change.what for change in FactChange.objects.order_by("id")] == ["granted", "renewed", "renewed"]
    assert Fact.objects.count() == 1


def test_what_ran_out_begins_anew(school):
    user, now = UserFactory(), timezone.now()
    fact = student(user, school, valid_until=now + DAY)
    Fact.objects.filter(pk=fact.pk).update(
        valid_from=now - 9 * DAY, valid_until=now - 2 * DAY, shown=Fact.Shown.PROFILE
    )
    again = student(user, school, valid_until=now + 5 * DAY)
    assert (again.pk, again.shown) == (fact.pk, Fact.Shown.PROFILE)
    assert again.valid_from >= now, "nobody vouched for the time between"
    assert holds(user)


def test_two_institutions_vouch_apart_from_each_other():
    user = UserFactory()
    bodies = [
        Institution.objects.create(slug=f"body-{n}", kind="body", name=f"协会{n}", is_issuer=True) for n in range(2)
    ]
    said = [
        facts.grant(user=user, kind=FactKind.PROFESSION, value="doctor", source=ISSUER, institution=body)
        for body in bodies
    ]
    facts.revoke(fact=said[0])
    assert holds(user, FactKind.PROFESSION, "doctor")
    facts.revoke(fact=said[1])
    assert not holds(user, FactKind.PROFESSION)


def test_revoking(school):
    user, staff = UserFactory(), UserFactory()
    fact = student(user, school)
    facts.revoke(fact=fact, by=staff, reason="已毕业")
    assert not holds(user)
    assert not passport_of(fact.user).holds(FactKind.STUDENT)
    once = Fact.objects.get().revoked_at
    facts.revoke(fact=fact, reason="again")
    assert Fact.objects.get().revoked_at == once
    change = FactChange.objects.latest("id")
    assert (change.what, change.by, change.reason) == ("revoked", staff, "已毕业")
    assert student(user, school).pk != fact.pk
    assert holds(user)


@pytest.mark.parametrize(("since", "until"), [(DAY, DAY), (2 * DAY, DAY), (-9 * DAY, -DAY), (timedelta(), timedelta())])
def test_a_time_that_is_none(school, since, until):
    now = timezone.now()
    with pytest.raises(Invalid) as refused:
        student(UserFactory(), school, valid_from=now + since, valid_until=now + until)
    assert refused.value.code == "bad_time"
    assert not Fact.objects.exists()
    assert not Job.objects.exists()


def test_no_gap_is_filled_that_nobody_vouched_for(school):
    user, now = UserFactory(), timezone.now()
    student(user, school, valid_until=now + DAY)
    with pytest.raises(Invalid) as refused:
        student(user, school, valid_from=now + 5 * DAY, valid_until=now + 9 * DAY)
    assert refused.value.code == "bad_time"
    assert Fact.objects.get().valid_until == now + DAY


def test_an_identity_document(settings):
    user = UserFactory()
    settings.TIME_ZONE = "Asia/Shanghai"
    facts.grant_from_identity(user=user, born=date(2010, 2, 28), gender="female", place="330106")
    grown_up = datetime(2028, 2, 28, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert not holds(user, FactKind.ADULT)
    assert not holds(user, FactKind.ADULT, at=grown_up - timedelta(microseconds=1))
    assert holds(user, FactKind.ADULT, at=grown_up)
    assert holds(user, FactKind.GENDER, "female")
    assert not holds(user, FactKind.RESIDENT)
    facts.grant_from_identity(user=user, born=date(2010, 2, 28), gender="female", place="330106")
    assert Fact.objects.count() == 2


def test_a_later_document_replaces_the_earlier_one():
    user, now = UserFactory(), timezone.now()
    facts.grant_from_identity(user=user, born=date(1990, 1, 2), gender="male", place="330106")
    facts.grant_from_identity(
        user=user,
        born=date(timezone.localdate().year - 10, 1, 2),
        gender="female",
        place="330106",
        until=now + 90 * DAY,
    )
    assert not holds(user, FactKind.GENDER, "male")
    assert holds(user, FactKind.GENDER, "female")
    assert not holds(user, FactKind.GENDER, at=now + 91 * DAY)
    assert not holds(user, FactKind.ADULT), "the child this is was no adult by the card of somebody else"
    facts.revoke_from_identity(user)
    assert not holds(user, FactKind.GENDER)
    assert not Fact.objects.filter(revoked_at=None).exists()


def test_taking_back_an_identity_leaves_what_others_vouch_for(school):
    user = UserFactory()
    student(user, school)
    facts.grant_from_identity(user=user, born=date(1990, 1, 2), gender="male", place="330106")
    facts.revoke_from_identity(user)
    assert holds(user)
    assert not holds(user, FactKind.ADULT)


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (date(2000, 2, 29), 18, (2018, 3, 1)),
        (date(2000, 2, 29), 20, (2020, 2, 29)),
        (date(1999, 5, 6), 18, (2017, 5, 6)),
    ],
)
def test_birthdays(born, years, day):
    assert facts.birthday(born, years) == datetime(*day, tzinfo=timezone.get_default_timezone())


@pytest.mark.django_db(transaction=True)
def test_ten_institutions_vouch_at_the_same_moment():
    user = UserFactory()
    schools = [Institution.objects.create(slug=f"school-{n}", kind="school", name=f"学校{n}") for n in range(10)]
    gate = threading.Barrier(10, timeout=20)

    def vouch(school):
        try:
            gate.wait()
            student(user, school)
        finally:
            connection.close()

    threads = [threading.Thread(target=vouch, args=(school,)) for school in schools]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = passport_of(User.objects.get(pk=user.pk)).facts
    assert sorted(fact.value for fact in held) == sorted(school.slug for school in schools)

"""Facts over the API: mine, and what an institution's own system says of people."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import facts, issuers, tokens, vouching
from accounts.models import Fact, FactChange, FactKind, Institution, InstitutionStaff, IssuerToken, Subject, User
from accounts.passport import passport_of
from notifications.models import Notification
from tests.factories import UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return Institution.objects.create(slug="tingtao", kind="school", name="听涛大学", is_issuer=True)


@pytest.fixture
def staff(school):
    person = UserFactory()
    InstitutionStaff.objects.create(institution=school, user=person)
    return person


def caller(key):
    api = APIClient(headers={"accept-language": "en"})
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return api


@pytest.fixture
def system(school, staff):
    return caller(issuers.issue_token(actor=staff, institution=school))


def as_person(user):
    return caller(tokens.issue(user=user))


def post(api, path, **data):
    return api.post(f"/api/v1/issuers/{path}", data, format="json")


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def test_a_person_shows_a_code_and_the_system_vouches(school, system):
    user = UserFactory()
    code = issuers.show_code(user=user, institution=school)
    subject = post(system, "subjects/", code=code.lower()).json()["subject"]
    assert refusal(post(system, "subjects/", code=code)) == (404, "no_such_code"), "once"
    answer = post(system, "facts/", subject=subject, kind="student", graduates="2028-06-30")
    assert answer.status_code == 201
    said = answer.json()
    assert (said["subject"], said["kind"], said["value"], said["revoked_at"]) == (subject, "student", "tingtao", None)
    assert passport_of(User.objects.get(pk=user.pk)).holds(FactKind.STUDENT, "tingtao")
    assert user.username not in answer.content.decode()
    work()
    assert Notification.objects.get(recipient=user).kind == "fact_granted"
    listed = system.get("/api/v1/issuers/facts/").json()
    assert [row["id"] for row in listed["results"]] == [said["id"]]
    taken = post(system, f"facts/{said['id']}/revoke/", reason="已退学")
    assert taken.status_code == 200
    assert taken.json()["revoked_at"] is not None
    assert not passport_of(User.objects.get(pk=user.pk)).holds(FactKind.STUDENT)
    assert FactChange.objects.latest("id").reason == "已退学"


def test_what_an_institution_may_not(school, staff, system):
    other = Institution.objects.create(slug="other", kind="company", name="别家", is_issuer=True)
    user = UserFactory()
    theirs = issuers.show_code(user=user, institution=other)
    assert refusal(post(system, "subjects/", code=theirs)) == (404, "no_such_code")
    subject = str(Subject.objects.get(institution=other).key)
    assert refusal(post(system, "facts/", subject=subject, kind="student")) == (404, "no_such_subject")
    assert refusal(post(system, "facts/", subject=str(uuid.uuid4()), kind="student")) == (404, "no_such_subject")
    mine = vouching.vouch(institution=school, user=user, kind="student", way="code")
    key = str(Subject.objects.get(institution=school).key)
    assert refusal(post(system, "facts/", subject=key, kind="gender")) == (403, "not_its_business")
    past = (timezone.now() - timedelta(days=1)).isoformat()
    assert refusal(post(system, "facts/", subject=key, kind="student", valid_until=past)) == (400, "bad_time")
    far = (timezone.now() + timedelta(days=9999)).isoformat()
    for kind in ("employee", "student", "graduate"):
        assert refusal(post(system, "facts/", subject=key, kind=kind, valid_until=far)) == (400, "bad_time")
    foreign = vouching.vouch(institution=other, user=user, kind="employee", way="code")
    assert refusal(post(system, f"facts/{foreign.pk}/revoke/", reason="x")) == (404, "not_found")
    assert refusal(post(system, f"facts/{mine.pk}/revoke/", reason=" ")) == (400, "invalid")
    assert [row["id"] for row in system.get("/api/v1/issuers/facts/").json()["results"]] == [mine.pk]
    assert Fact.objects.filter(revoked_at=None).count() == 2


@pytest.mark.parametrize("code", ["", "x", "AAAAA-AAAAA", "\u0000", "x" * 100])
def test_codes_that_are_none(system, code):
    assert post(system, "subjects/", code=code).status_code in (400, 404)


def test_a_code_runs_out(school, system):
    code = issuers.show_code(user=UserFactory(), institution=school)
    Subject.objects.update(code_expires_at=timezone.now())
    assert refusal(post(system, "subjects/", code=code)) == (404, "no_such_code")


def test_keys_that_open_nothing(school, staff, system):
    assert refusal(APIClient().get("/api/v1/issuers/facts/"))[0] == 401
    assert refusal(as_person(staff).get("/api/v1/issuers/facts/")) == (401, "invalid_token")
    signed_in = APIClient()
    signed_in.force_login(staff)
    assert signed_in.get("/api/v1/issuers/facts/").status_code == 401
    assert system.get("/api/v1/me/").status_code == 401, "an institution is nobody"
    assert system.get("/api/v1/issuers/facts/").status_code == 200
    Institution.objects.update(is_issuer=False)
    assert refusal(system.get("/api/v1/issuers/facts/")) == (401, "invalid_token")
    Institution.objects.update(is_issuer=True)
    issuers.withdraw_token(actor=staff, token=IssuerToken.objects.get())
    assert refusal(system.get("/api/v1/issuers/facts/")) == (401, "invalid_token")


def test_my_facts(school):
    user, other = UserFactory(username="mei"), UserFactory()
    fact = vouching.vouch(institution=school, user=user, kind="student", way="code")
    api = as_person(user)
    [row] = api.get("/api/v1/me/facts/").json()["results"]
    assert (row["id"], row["kind"], row["title"], row["shown"], row["holds"]) == (
        fact.pk,
        "student",
        "Student at 听涛大学",
        "nowhere",
        True,
    )
    assert api.get("/api/v1/people/mei/").json()["badges"] == []
    answer = api.patch(f"/api/v1/me/facts/{fact.pk}/", {"shown": "circles"}, format="json")
    assert (answer.status_code, answer.json()["shown"]) == (200, "circles")
    assert caller("x").get("/api/v1/people/mei/").status_code == 401
    assert APIClient(headers={"accept-language": "en"}).get("/api/v1/people/mei/").json()["badges"] == [
        {"kind": "student", "value": "tingtao", "title": "Student at 听涛大学", "in_circles": True}
    ]
    assert api.patch(f"/api/v1/me/facts/{fact.pk}/", {"shown": "x"}, format="json").status_code == 400
    assert (
        as_person(other).patch(f"/api/v1/me/facts/{fact.pk}/", {"shown": "profile"}, format="json").status_code == 404
    )
    assert as_person(other).delete(f"/api/v1/me/facts/{fact.pk}/").status_code == 404
    assert APIClient().get("/api/v1/me/facts/").status_code == 401
    assert api.delete(f"/api/v1/me/facts/{fact.pk}/").status_code == 204
    [row] = api.get("/api/v1/me/facts/").json()["results"]
    assert (row["holds"], row["revoked_at"] is not None) == (False, True)
    assert api.get("/api/v1/people/mei/").json()["badges"] == []


def test_what_comes_from_an_identity_document_stays_with_it():
    from datetime import date

    user = UserFactory()
    facts.grant_from_identity(user=user, born=date(1990, 1, 2), gender="male", place="330106")
    adult = Fact.objects.get(kind="adult")
    assert refusal(as_person(user).delete(f"/api/v1/me/facts/{adult.pk}/")) == (403, "from_identity")


def test_a_list_costs_the_same_however_long(school, system, django_assert_num_queries):
    for _person in range(3):
        vouching.vouch(institution=school, user=UserFactory(), kind="student", way="code")
    system.get("/api/v1/issuers/facts/")
    with django_assert_num_queries(2):
        assert len(system.get("/api/v1/issuers/facts/").json()["results"]) == 3
    assert system.get("/api/v1/issuers/facts/?page_size=2").json()["next"] is not None

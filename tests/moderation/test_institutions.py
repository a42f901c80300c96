"""Who may vouch for people: in the admin, with a reason, and in the log."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from accounts.actions import vouching
from accounts.models import Fact, FactChange, Institution, InstitutionDomain, InstitutionStaff, User
from accounts.passport import passport_of
from core.errors import Refused
from core.jobs.registry import get_handler
from core.models import Job
from moderation import tasks
from moderation.actions import institutions
from moderation.models import LogEntry, Verb
from notifications.models import Notification
from tests.factories import UserFactory
from tests.feeds.community import work
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return Institution.objects.create(slug="tingtao", kind="school", name="听涛大学")


def act(desk, school, action, **data):
    page = reverse("admin:accounts_institution_moderate", args=[school.pk, action])
    return desk.post(page, {"confirmed": "1", "reason": "看过公函", **data})


def verbs():
    return list(LogEntry.objects.order_by("id").values_list("verb", flat=True))


def test_an_admin_makes_it_an_issuer_and_stops_it(boss_desk, boss, school):
    assert act(boss_desk, school, "trust").status_code == 302
    assert Institution.objects.get().is_issuer
    act(boss_desk, school, "trust")
    act(boss_desk, school, "distrust")
    assert not Institution.objects.get().is_issuer
    assert verbs() == [Verb.INSTITUTION_TRUST, Verb.INSTITUTION_DISTRUST]
    entry = LogEntry.objects.first()
    assert (entry.actor, entry.reason, entry.target) == (boss, "看过公函", f"accounts.institution:{school.pk}")


def test_never_without_a_reason(boss_desk, school):
    assert act(boss_desk, school, "trust", reason=" ").status_code == 422
    assert not Institution.objects.get().is_issuer
    assert verbs() == []


def test_moderators_may_not(desk, bystander, school):
    for client in (desk, signed_in(bystander)):
        assert act(client, school, "trust").status_code == 403
    assert not Institution.objects.get().is_issuer


def test_a_body_needs_to_say_what_it_stands_for(boss_desk):
    body = Institution.objects.create(slug="doctors", kind="body", name="听涛医师协会")
    assert act(boss_desk, body, "trust").status_code == 422
    Institution.objects.update(value="doctor", value_name="医生", value_name_en="Doctor")
    assert act(boss_desk, body, "trust").status_code == 302
    user = UserFactory()
    vouching.vouch(institution=Institution.objects.get(), user=user, kind="profession", way="staff")
    assert passport_of(user).holds("profession", "doctor")


def test_domains(boss_desk, school):
    other = Institution.objects.create(slug="other", kind="school", name="别校")
    assert act(boss_desk, school, "add-domain", domain="@STU.tingtao.example", kind="student").status_code == 302
    assert InstitutionDomain.objects.get().domain == "stu.tingtao.example"
    assert act(boss_desk, other, "add-domain", domain="stu.tingtao.example", kind="student").status_code == 422
    assert act(boss_desk, school, "add-domain", domain="example", kind="student").status_code == 422
    assert act(boss_desk, school, "add-domain", domain="tingtao.example", kind="gender").status_code == 422
    assert act(boss_desk, school, "remove-domain", domain="stu.tingtao.example").status_code == 302
    assert not InstitutionDomain.objects.exists()
    assert verbs() == [Verb.INSTITUTION_DOMAIN] * 2


def test_staff(boss_desk, school):
    person, unverified = UserFactory(username="dean"), UserFactory(verified_at=None)
    assert act(boss_desk, school, "add-staff", username=unverified.username).status_code == 422
    assert act(boss_desk, school, "add-staff", username="nobody").status_code == 422
    assert act(boss_desk, school, "add-staff", username="dean").status_code == 302
    assert InstitutionStaff.objects.get().user == person
    assert signed_in(person).get(reverse("accounts:desk", args=["tingtao"])).status_code == 200
    act(boss_desk, school, "remove-staff", username="dean")
    assert signed_in(person).get(reverse("accounts:desk", args=["tingtao"])).status_code == 404
    assert LogEntry.objects.filter(subject=person).count() == 2


def test_taking_a_fact_back(boss_desk, boss, school):
    Institution.objects.update(is_issuer=True)
    user = UserFactory()
    fact = vouching.vouch(institution=school, user=user, kind="student", way="code")
    page = reverse("admin:accounts_fact_moderate", args=[fact.pk, "revoke"])
    assert boss_desk.post(page, {"confirmed": "1", "reason": "冒名"}).status_code == 302
    assert not passport_of(User.objects.get(pk=user.pk)).holds("student")
    assert institutions.revoke_fact(actor=boss, fact=Fact.objects.get(), reason="again") is None
    assert FactChange.objects.latest("id").way == FactChange.Way.TEAM
    work()
    assert Notification.objects.get(recipient=user).detail == "冒名"
    assert verbs() == [Verb.FACT_REVOKE]


def test_the_pages(boss_desk, school):
    vouching_school = Institution.objects.create(slug="b", kind="school", name="乙校", is_issuer=True)
    vouching.vouch(institution=vouching_school, user=UserFactory(), kind="student", way="code")
    InstitutionDomain.objects.create(institution=school, domain="a.example", kind="student")
    for name, args in [
        ("accounts_institution_changelist", []),
        ("accounts_institution_add", []),
        ("accounts_institution_change", [school.pk]),
        ("accounts_institution_change", [vouching_school.pk]),
        ("accounts_fact_changelist", []),
        ("accounts_fact_change", [Fact.objects.get().pk]),
    ]:
        assert boss_desk.get(reverse(f"admin:{name}", args=args)).status_code == 200
    new = {
        "name": "新公司",
        "name_en": "",
        "slug": "new",
        "kind": "company",
        "value": "",
        "value_name": "",
        "value_name_en": "",
    }
    assert boss_desk.post(reverse("admin:accounts_institution_add"), new | {"is_issuer": "on"}).status_code == 302
    assert not Institution.objects.get(slug="new").is_issuer, "writing it down is not trusting it"


def test_what_it_said_is_taken_back_all_together_in_steps(boss_desk, boss, school, monkeypatch):
    """Only once it vouches no more, told with the reason, and what others said stays."""
    monkeypatch.setattr(tasks, "STEP", 2)
    other = Institution.objects.create(slug="other", kind="school", name="别的大学", is_issuer=True)
    Institution.objects.filter(pk=school.pk).update(is_issuer=True)
    people = [UserFactory() for _number in range(5)]
    for person in people:
        vouching.vouch(institution=school, user=person, kind="student", way=FactChange.Way.CODE)
        vouching.vouch(institution=other, user=person, kind="student", way=FactChange.Way.CODE)
    work()
    assert act(boss_desk, school, "take-back-all").status_code in (302, 404, 422)
    assert not FactChange.objects.filter(what="revoked").exists()
    act(boss_desk, school, "distrust")
    page = reverse("admin:accounts_institution_moderate", args=[school.pk, "take-back-all"])
    assert boss_desk.post(page, {"confirmed": "1", "reason": "学校停办，名单不再可信"}).status_code == 302
    job = Job.objects.get(handler="moderation.revoke_facts_of_institution")
    steps = 0
    while (progress := get_handler(job.handler).do([job])) is not None:
        job.progress, steps = progress, steps + 1
    assert (steps, job.progress["of"]) == (2, 5)
    job.progress = None
    assert get_handler(job.handler).do([job]) is None, "done again it changes nothing"
    for person in people:
        held = passport_of(User.objects.get(pk=person.pk)).facts
        assert [fact.value for fact in held] == ["other"]
    Job.objects.filter(pk=job.pk).delete()
    work()
    told = Notification.objects.filter(kind="fact_revoked")
    assert {row.recipient_id for row in told} == {person.pk for person in people}
    assert {row.detail for row in told} == {"学校停办，名单不再可信"}
    assert verbs() == [Verb.INSTITUTION_DISTRUST, Verb.INSTITUTION_REVOKE]
    assert institutions.take_back_all(actor=boss, institution=school, reason="再来一次") is None


@pytest.mark.django_db(transaction=True)
def test_stopping_it_waits_for_what_it_is_saying(boss, school, monkeypatch):
    """What began before is said before, and taken back with the rest; what comes after is refused."""
    Institution.objects.filter(pk=school.pk).update(is_issuer=True)
    person, late = UserFactory(), UserFactory()
    saying, go_on, stopped = threading.Event(), threading.Event(), threading.Event()
    real = vouching.facts.grant

    def slow(**said):
        saying.set()
        assert go_on.wait(20)
        return real(**said)

    def say():
        try:
            vouching.vouch(institution=school, user=person, kind="student", way=FactChange.Way.CODE)
        finally:
            connection.close()

    def stop():
        try:
            institutions.distrust(actor=boss, institution=school, reason="名单不再可信")
            stopped.set()
            institutions.take_back_all(actor=boss, institution=school, reason="名单不再可信")
        finally:
            connection.close()

    monkeypatch.setattr(vouching.facts, "grant", slow)
    threads = [threading.Thread(target=say), threading.Thread(target=stop)]
    threads[0].start()
    assert saying.wait(20)
    threads[1].start()
    assert not stopped.wait(0.5), "it waits"
    go_on.set()
    for thread in threads:
        thread.join()
    assert passport_of(User.objects.get(pk=person.pk)).facts
    work()
    assert not passport_of(User.objects.get(pk=person.pk)).facts
    with pytest.raises(Refused):
        vouching.vouch(institution=school, user=late, kind="student", way=FactChange.Way.CODE)
    assert verbs() == [Verb.INSTITUTION_DISTRUST, Verb.INSTITUTION_REVOKE]

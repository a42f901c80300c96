"""Gates that rest on what people are: nothing happens before a platform admin has approved it, with a reason."""

import pytest
from django.db import IntegrityError, transaction

from circles import rules
from circles.actions import gates
from circles.gates.language import parse
from circles.models import Gate, GateState
from moderation.models import LogEntry
from tests.factories import CircleFactory, MembershipFactory, UserFactory
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db
WOMEN = {"version": 1, "fact": "gender", "value": "female"}


@pytest.fixture
def circle():
    """A circle with a plain gate whose owner asked for a sensitive one."""
    circle = CircleFactory(slug="salon", name="沙龙")
    ask(circle, {"credit": 600})
    ask(circle, WOMEN)
    circle.refresh_from_db()
    return circle


@pytest.fixture
def waiting(circle):
    return Gate.objects.get(circle=circle, state=GateState.WAITING)


def ask(circle, rule, action="comment"):
    return gates.set_gate(actor=circle.owner, circle=circle, action=action, rule=parse(rule))


def in_force(circle):
    circle.refresh_from_db()
    return circle.gates.get("comment", {}).get("clauses")


def test_it_waits_and_what_is_in_force_stays(circle, waiting):
    assert waiting.is_sensitive
    assert in_force(circle) == [[{"credit": 600}]]


def test_approval_puts_it_in_force_with_a_record(circle, waiting, boss, boss_desk):
    page = boss_desk.get(f"/admin/circles/gate/{waiting.pk}/change/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Women may comment." in page
    response = boss_desk.post(f"/admin/circles/gate/{waiting.pk}/moderate/approve/", {"confirmed": "1", "reason": ""})
    assert response.status_code == 422
    assert in_force(circle) == [[{"credit": 600}]]

    boss_desk.post(f"/admin/circles/gate/{waiting.pk}/moderate/approve/", {"confirmed": "1", "reason": "互助小组"})
    assert in_force(circle) == [[{"fact": "gender", "value": "female"}]]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.reason) == (GateState.IN_FORCE, boss, "互助小组")
    entry = LogEntry.objects.get()
    assert (entry.actor, entry.verb, entry.reason, entry.circle) == (boss, "gate.approve", "互助小组", circle)
    assert entry.details == {"action": "comment", "rule": WOMEN}
    page = signed_in(UserFactory()).get("/circles/salon/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Women may comment." in page
    assert "sensitive, approved by the team of this site" in page


def test_approved_it_opens_for_those_alone_who_hold_the_fact(circle, waiting, boss):
    from accounts.actions import facts

    gates.approve(gate=waiting, by=boss, reason="互助小组")
    circle.refresh_from_db()
    woman, man = MembershipFactory(circle=circle).user, MembershipFactory(circle=circle).user
    for user, gender in ((woman, "female"), (man, "male")):
        facts.grant(user=user, kind="gender", value=gender, source="identity")
    assert rules._meets(woman, circle, None, "comment")
    assert rules._meets(man, circle, None, "comment").code == "gate_closed"


def test_refusal_leaves_what_is_in_force(circle, waiting, boss_desk):
    boss_desk.post(f"/admin/circles/gate/{waiting.pk}/moderate/refuse/", {"confirmed": "1", "reason": "不公平"})
    waiting.refresh_from_db()
    assert waiting.state == GateState.REFUSED
    assert "不公平" in signed_in(circle.owner).get("/circles/salon/gates/").content.decode()
    assert (
        "不公平" not in signed_in(MembershipFactory(circle=circle).user).get("/circles/salon/gates/").content.decode()
    )
    assert in_force(circle) == [[{"credit": 600}]]
    assert LogEntry.objects.get().verb == "gate.refuse"
    assert gates.approve(gate=waiting, by=circle.owner, reason="doch") is False
    assert in_force(circle) == [[{"credit": 600}]]


def test_moderators_do_not_decide_it(circle, waiting, desk):
    assert desk.get(f"/admin/circles/gate/{waiting.pk}/change/").status_code in (302, 403)
    answer = desk.post(f"/admin/circles/gate/{waiting.pk}/moderate/approve/", {"confirmed": "1", "reason": "好"})
    assert answer.status_code == 403
    assert in_force(circle) == [[{"credit": 600}]]
    assert not LogEntry.objects.exists()


def test_the_owner_may_take_it_back_or_ask_for_something_else(circle, waiting):
    owner = signed_in(circle.owner)
    page = owner.get("/circles/salon/gates/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Waits for approval by the team of this site:" in page
    assert "Women may comment." in page
    owner.post("/circles/salon/gates/comment/withdraw/")
    waiting.refresh_from_db()
    assert waiting.state == GateState.WITHDRAWN

    ask(circle, WOMEN)
    ask(circle, {"credit": 700})
    assert in_force(circle) == [[{"credit": 700}]]
    assert not Gate.objects.filter(state=GateState.WAITING).exists()


def test_others_do_not_read_what_waits(circle, waiting):
    client = signed_in(MembershipFactory(circle=circle).user)
    assert "Women may comment." not in client.get("/circles/salon/gates/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    answer = client.get("/api/v1/circles/salon/gates/").json()
    assert answer["waiting"] == []
    assert [gate["sentence"] for gate in answer["gates"]]
    assert len(signed_in(circle.owner).get("/api/v1/circles/salon/gates/").json()["waiting"]) == 1


def test_the_database_itself_wants_the_approval(circle, waiting):
    Gate.objects.filter(circle=circle, state=GateState.IN_FORCE).delete()
    with pytest.raises(IntegrityError, match="gate_sensitive_was_approved"), transaction.atomic():
        Gate.objects.filter(pk=waiting.pk).update(state=GateState.IN_FORCE)

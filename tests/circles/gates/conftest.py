import pytest

from accounts.actions import facts
from accounts.models import Fact, User
from circles.actions import gates
from circles.gates import language


@pytest.fixture
def grant():
    """Record a fact as an issuer would: `grant(person, "student", "north-university")`."""

    def act(user, kind, value="", **times):
        return facts.grant(user=user, kind=kind, value=value, source=Fact.Source.ISSUER, **times)

    return act


@pytest.fixture
def gate():
    """Have a circle's owner set a gate: `gate(circle, "post", {"fact": "student"})`; None takes it away."""

    def act(circle, action, rule):
        row = gates.set_gate(
            actor=circle.owner, circle=circle, action=action, rule=None if rule is None else language.parse(rule)
        )
        circle.refresh_from_db()
        return row

    return act


@pytest.fixture
def credit():
    """Set what a person's conduct credit is."""

    def act(user, points):
        User.objects.filter(pk=user.pk).update(credit=points)
        user.credit = points

    return act

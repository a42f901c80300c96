"""Counting whom a rule lets in: every one of a few, a sample of many, and never so that it tells of one person."""

import pytest
from django.db import connection

from circles.gates import preview as previews
from circles.gates.language import CreditAtLeast, HoldsFact, clauses_of, condition_to_json, parse
from tests.factories import CircleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
EITHER = clauses_of(parse({"any": [{"fact": "student"}, {"credit": 750}]}))


@pytest.fixture
def circle(grant):
    """Of 30 members ten are students, and nobody has much credit."""
    circle = CircleFactory(member_count=30)
    people = [MembershipFactory(circle=circle).user for _ in range(29)]
    for person in people[::3]:
        grant(person, "student", "north")
    for _ in range(15):
        UserFactory()
    return circle


def test_a_few_are_counted_exactly(circle):
    found = previews.preview(circle, "comment", EITHER)
    assert found.members == previews.Tally(30, 10, ((HoldsFact("student"), 20), (CreditAtLeast(750), 20)))
    assert (found.everybody.total, found.everybody.lets_in) == (45, 10)


def test_many_are_estimated_and_it_is_said(circle, monkeypatch):
    monkeypatch.setattr(previews, "EXACT_UP_TO", 8)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user")
    found = previews.preview(circle, "comment", EITHER)
    assert found.members.is_estimate
    assert (found.members.total, found.members.lets_in) == (30, 10)  # runs long enough to meet everybody
    assert found.everybody.is_estimate
    assert found.everybody.total == 45


def test_small_numbers_are_not_told(circle, credit):
    credit(circle.owner, 800)
    rule = clauses_of(parse({"credit": 750}))
    told = previews.tally_to_json(previews.of_members(circle, "post", rule), condition_to_json)
    assert told == {
        "total": 30,
        "lets_in": None,
        "shuts_out": None,
        "is_estimate": False,
        "missing": [{"condition": {"credit": 750}, "count": None}],
    }

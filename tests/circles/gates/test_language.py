"""Rules: what is one and what is not, and that clauses say the same as the tree."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circles.gates import language
from circles.gates.language import AllOf, AnyOf, CreditAtLeast, HasRole, HoldsFact, IsVerified, MemberFor
from core.errors import Invalid

CONDITIONS = st.one_of(
    st.builds(HoldsFact, st.sampled_from(["student", "graduate", "employee"]), st.sampled_from(["", "north", "south"])),
    st.just(HoldsFact("adult")),
    st.builds(HoldsFact, st.just("gender"), st.sampled_from(["female", "male"])),
    st.builds(CreditAtLeast, st.sampled_from([400, 600, 750])),
    st.builds(MemberFor, st.sampled_from([1, 7, 30])),
    st.builds(HasRole, st.sampled_from(["member", "editor", "moderator", "admin", "owner"])),
    st.just(IsVerified()),
)


def pair(inner):
    many = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(AnyOf, many), st.builds(AllOf, many))


RULES = st.recursive(CONDITIONS, pair, max_leaves=6)


def holds(rule, met):
    """The tree itself, read literally."""
    if isinstance(rule, AnyOf):
        return any(holds(inner, met) for inner in rule.rules)
    if isinstance(rule, AllOf):
        return all(holds(inner, met) for inner in rule.rules)
    return rule in met


def test_a_rule_comes_back_as_it_was_written():
    data = {"version": 1, "any": [{"fact": "student"}, {"all": [{"credit": 750}, {"member_days": 30}]}]}
    rule = language.parse(data)
    assert rule == AnyOf((HoldsFact("student"), AllOf((CreditAtLeast(750), MemberFor(30)))))
    assert language.to_json(rule) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "bad_rule"),
        ([], "bad_rule"),
        ("student", "bad_rule"),
        ({}, "bad_rule"),
        ({"version": 1}, "bad_rule"),
        ({"version": 2, "fact": "student"}, "unknown_version"),
        ({"version": True, "fact": "student"}, "unknown_version"),
        ({"any": []}, "bad_rule"),
        ({"any": {"fact": "student"}}, "bad_rule"),
        ({"any": [{"fact": "student"}], "all": [{"fact": "adult"}]}, "bad_rule"),
        ({"not": {"fact": "student"}}, "bad_rule"),
        ({"fact": "wealthy"}, "bad_rule"),
        ({"fact": ["student"]}, "bad_rule"),
        ({"fact": "student", "value": 7}, "bad_rule"),
        ({"fact": "student", "value": "a\x00b"}, "bad_rule"),
        ({"fact": "student", "value": "x" * 61}, "bad_rule"),
        ({"fact": "adult", "value": "very"}, "bad_rule"),
        ({"fact": "gender"}, "bad_rule"),
        ({"fact": "gender", "value": "other"}, "bad_rule"),
        ({"credit": 350}, "bad_rule"),
        ({"credit": 951}, "bad_rule"),
        ({"credit": True}, "bad_rule"),
        ({"credit": 750.0}, "bad_rule"),
        ({"credit": "750"}, "bad_rule"),
        ({"member_days": 0}, "bad_rule"),
        ({"role": "king"}, "bad_rule"),
        ({"role": ["member"]}, "bad_rule"),
        ({"verified": False}, "bad_rule"),
        ({"fact": "student", "surprise": 1}, "bad_rule"),
        ({"any": [{"credit": 400 + n} for n in range(25)]}, "rule_too_large"),
        ({"any": [{"fact": "student", "value": "x" * 60}] * 60}, "rule_too_large"),
        ({"all": [{"any": [{"all": [{"any": [{"fact": "adult"}, {"credit": 400}]}]}]}]}, "rule_too_large"),
        (
            {"all": [{"any": [{"fact": "student", "value": f"{a}{n}"} for n in range(5)]} for a in "abcd"]},
            "rule_too_large",
        ),
    ],
)
def test_what_is_no_rule_is_refused_with_a_reason(data, code):
    with pytest.raises(Invalid) as caught:
        language.parse(data)
    assert caught.value.code == code
    assert str(caught.value)


def test_what_is_nested_without_end_is_refused():
    data = {"fact": "adult"}
    for _ in range(100_000):
        data = {"any": [data]}
    with pytest.raises(Invalid) as caught:
        language.parse(data)
    assert caught.value.code == "rule_too_large"
    while "any" in data:  # by hand: Python's own way of freeing it would go as deep
        data = data["any"].pop()


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine takes its time over the first example
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.one_of(
    st.lists(inner, max_size=3),
    st.dictionaries(st.sampled_from(["any", "all", "fact", "value", "credit", "role", "version", "x"]), inner),
)))  # fmt: skip
def test_anything_is_a_rule_or_refused(data):
    try:
        rule = language.parse(data)
    except Invalid:
        return
    assert language.parse(language.to_json(rule)) == rule


@pytest.mark.parametrize(
    ("data", "clauses"),
    [
        ({"any": [{"fact": "student"}, {"fact": "student", "value": "north"}]}, [[{"fact": "student"}]]),
        (
            {"all": [{"fact": "student"}, {"fact": "student", "value": "north"}]},
            [[{"fact": "student", "value": "north"}]],
        ),
        ({"all": [{"credit": 600}, {"credit": 750}]}, [[{"credit": 750}]]),
        ({"any": [{"credit": 600}, {"credit": 750}]}, [[{"credit": 600}]]),
        ({"all": [{"role": "member"}, {"member_days": 7}]}, [[{"member_days": 7}]]),
        ({"any": [{"fact": "adult"}, {"all": [{"fact": "adult"}, {"credit": 600}]}]}, [[{"fact": "adult"}]]),
        (
            {"all": [{"fact": "student"}, {"any": [{"credit": 750}, {"member_days": 30}]}]},
            [[{"fact": "student"}, {"credit": 750}], [{"fact": "student"}, {"member_days": 30}]],
        ),
        ({"all": [{"role": "moderator"}, {"member_days": 7}]}, [[{"member_days": 7}, {"role": "moderator"}]]),
    ],
)
def test_clauses_leave_out_what_is_said_already(data, clauses):
    assert language.clauses_to_json(language.clauses_of(language.parse(data))) == clauses


@given(RULES, st.sets(CONDITIONS))
def test_clauses_say_the_same_as_the_tree(rule, met):
    """For every set of facts that could be: whoever has credit 750 has credit 600, and so on."""
    met = {other for one in met for other in [one, *implied(one)]}
    try:
        clauses = language.clauses_of(rule)
    except Invalid:
        return  # too many for anybody to read
    assert any(all(one in met for one in clause) for clause in clauses) == holds(rule, met)
    kept = json.loads(json.dumps(language.clauses_to_json(clauses)))
    assert language.clauses_from_json(kept) == clauses


def implied(one):
    match one:
        case HoldsFact(kind, value) if value and kind != "gender":
            return [HoldsFact(kind)]
        case CreditAtLeast(points):
            return [CreditAtLeast(less) for less in (400, 600, 750) if less < points]
        case MemberFor(days):
            return [MemberFor(less) for less in (1, 7, 30) if less < days] + [HasRole("member")]
        case HasRole():
            return [HasRole(less) for less, rank in language.RANKS.items() if rank < one.rank]
    return []


@pytest.mark.parametrize("kept", [[], [[]], [[{"fact": "student"}], []], [[{"wealth": 3}]], [[{}]]])
def test_a_gate_that_cannot_be_read_does_not_open(kept):
    with pytest.raises(ValueError, match="condition"):
        language.clauses_from_json(kept)


@pytest.mark.parametrize(
    ("data", "is_sensitive"),
    [
        ({"fact": "gender", "value": "female"}, True),
        ({"any": [{"fact": "student"}, {"all": [{"credit": 600}, {"fact": "gender", "value": "male"}]}]}, True),
        ({"fact": "adult"}, False),
    ],
)
def test_what_people_are_is_sensitive(data, is_sensitive):
    assert language.is_sensitive(language.parse(data)) is is_sensitive

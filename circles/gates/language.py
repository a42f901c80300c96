"""The language of gates: a rule is a small tree of conditions joined by any and all.

There is no "not". So whatever a person is granted can only open gates, and whatever runs out or is taken back can only
close them: nobody gets in by hiding a fact or by waiting for one to expire.

As JSON, with the version on top:

    {"version": 1, "any": [{"fact": "student"}, {"all": [{"credit": 750}, {"member_days": 30}]}]}

Conditions: {"fact": kind} or {"fact": kind, "value": which}, {"credit": least}, {"member_days": least},
{"role": least}, {"verified": true}. For evaluation a rule is brought into clauses (disjunctive normal form): one
clause met is enough, and a clause is met when all its conditions are.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import SENSITIVE_KINDS, FactKind
from circles.models.membership import RANK, Role
from core.errors import Invalid

VERSION = 1
JSON_MAX = 4000
"""Characters of a rule as JSON."""
DEPTH_MAX = 4
CONDITIONS_MAX = 24
CLAUSES_MAX = 16
DAYS_MAX = 3650
CREDIT_LEAST, CREDIT_MOST = 351, 950
"""Everybody has 350, so less than 351 asks for nothing."""
VALUE_MAX = 60
RANKS: Mapping[str, int] = RANK
GENDERS = ("female", "male")
_MARK = re.compile(r"^[a-z0-9-]{1,20}:[1-9][0-9]{0,4}\Z")
_WITHOUT_VALUE = frozenset({FactKind.ADULT})


@dataclass(frozen=True, slots=True)
class HoldsFact:
    """A verified fact of this kind; without `value` any of the kind."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class CreditAtLeast:
    points: int


@dataclass(frozen=True, slots=True)
class MemberFor:
    """A member of the circle now, since at least so many days of 24 hours."""

    days: int


@dataclass(frozen=True, slots=True)
class HasRole:
    """A member now, in this role or a higher one."""

    role: str

    @property
    def rank(self) -> int:
        return RANKS[self.role]


@dataclass(frozen=True, slots=True)
class IsVerified:
    """A real person stands behind the account."""


Condition = HoldsFact | CreditAtLeast | MemberFor | HasRole | IsVerified
Clause = tuple[Condition, ...]
"""All of these, in the order `_place` gives."""
Clauses = tuple[Clause, ...]
"""One of these is enough."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    rules: tuple["Rule", ...]


Rule = AnyOf | AllOf | Condition


# --- From and to JSON ----------------------------------------------------------------------------


def parse(data: object) -> Rule:
    """The rule in `data`, which came from anywhere. Raises `Invalid` (bad_rule, rule_too_large, unknown_version)."""
    if not isinstance(data, dict):
        raise _bad(_("A rule is an object such as {“fact”: “student”}."))
    try:
        size = len(json.dumps(data))
    except (RecursionError, ValueError) as error:
        raise _too_large() from error
    if size > JSON_MAX:
        raise _too_large()
    version = data.get("version", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise Invalid("unknown_version", _("This version of the language is not known here."), field="rule")
    rule = _parse({name: value for name, value in data.items() if name != "version"}, depth=1)
    if sum(1 for _condition in conditions(rule)) > CONDITIONS_MAX:
        raise _too_large()
    clauses_of(rule)
    return rule


def to_json(rule: Rule) -> dict[str, Any]:
    """As `parse` reads it, with the version on top."""
    return {"version": VERSION, **_node(rule)}


def condition_to_json(condition: Condition) -> dict[str, Any]:
    match condition:
        case HoldsFact(kind, ""):
            return {"fact": kind}
        case HoldsFact(kind, value):
            return {"fact": kind, "value": value}
        case CreditAtLeast(points):
            return {"credit": points}
        case MemberFor(days):
            return {"member_days": days}
        case HasRole(role):
            return {"role": role}
        case IsVerified():
            return {"verified": True}


def code_of(condition: Condition) -> str:
    """A stable name of what is missing: student, student:some-school, credit, member_days, role, verified."""
    match condition:
        case HoldsFact(kind, ""):
            return kind
        case HoldsFact(kind, value):
            return f"{kind}:{value}"
        case CreditAtLeast():
            return "credit"
        case MemberFor():
            return "member_days"
        case HasRole():
            return "role"
        case IsVerified():
            return "verified"


def conditions(rule: Rule) -> Iterable[Condition]:
    """Every condition in the tree, in its order."""
    if isinstance(rule, AnyOf | AllOf):
        for inner in rule.rules:
            yield from conditions(inner)
    else:
        yield rule


def is_sensitive(rule: Rule) -> bool:
    """Does it rest on what people are, so that a platform admin has to approve it?"""
    return any(isinstance(found, HoldsFact) and found.kind in SENSITIVE_KINDS for found in conditions(rule))


def _node(rule: Rule) -> dict[str, Any]:
    match rule:
        case AnyOf(rules):
            return {"any": [_node(inner) for inner in rules]}
        case AllOf(rules):
            return {"all": [_node(inner) for inner in rules]}
        case _:
            return condition_to_json(rule)


def _parse(data: object, depth: int) -> Rule:
    if not isinstance(data, dict) or not data:
        raise _bad(_("A rule is an object such as {“fact”: “student”}."))
    if depth > DEPTH_MAX:
        raise _too_large()
    names = set(data)
    if names == {"any"} or names == {"all"}:
        [(name, inner)] = data.items()
        if not isinstance(inner, list) or not inner:
            raise _bad(_("“any” and “all” hold a list of at least one rule."))
        rules = tuple(_parse(one, depth + 1) for one in inner)
        if len(rules) == 1:
            return rules[0]
        return AnyOf(rules) if name == "any" else AllOf(rules)
    if names == {"fact"} or names == {"fact", "value"}:
        return _fact(data["fact"], data.get("value", ""))
    if names == {"credit"}:
        return CreditAtLeast(_number(data["credit"], least=CREDIT_LEAST, most=CREDIT_MOST))
    if names == {"member_days"}:
        return MemberFor(_number(data["member_days"], least=1, most=DAYS_MAX))
    if names == {"role"} and isinstance(data["role"], str) and data["role"] in RANKS:
        return HasRole(data["role"])
    if names == {"verified"} and data["verified"] is True:
        return IsVerified()
    shown = ", ".join(sorted(str(name)[:20] for name in names)[:5])
    raise _bad(_("This is no condition: %(what)s.") % {"what": shown})


def _fact(kind: object, value: object) -> HoldsFact:
    if not isinstance(kind, str) or kind not in FactKind.values:
        raise _bad(_("There is no such kind of fact: %(kind)s.") % {"kind": str(kind)[:20]})
    if not isinstance(value, str) or len(value) > VALUE_MAX or "\x00" in value or value != value.strip():
        raise _bad(_("A value is a short text."))
    if value and kind in _WITHOUT_VALUE:
        raise _bad(_("This fact has no value: it holds or it does not."))
    if kind == FactKind.OUTSIDE_SCORE and not _MARK.match(value):
        raise _bad(_("A score needs a value: the service and one of its marks, such as “service:700”."))
    if kind == FactKind.GENDER and value not in GENDERS:
        raise _bad(_("Gender needs a value: female or male."))
    return HoldsFact(kind, value)


def _number(value: object, *, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _bad(_("Please give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
    return value


def _bad(message: str) -> Invalid:
    return Invalid("bad_rule", message, field="rule")


def _too_large() -> Invalid:
    return Invalid("rule_too_large", _("This rule is too large: nobody could read it. Please make it simpler."))


# --- Clauses -------------------------------------------------------------------------------------


def clauses_of(rule: Rule) -> Clauses:
    """The rule as clauses, without what another condition or clause says already, in a fixed order.

    Raises `Invalid` (rule_too_large) above CLAUSES_MAX.
    """
    found = {_merged(clause) for clause in _expanded(rule)}
    kept = [
        clause
        for clause in found
        if not any(_says_less(other, clause) for other in found if other != clause and not _says_less(clause, other))
    ]
    if len(kept) > CLAUSES_MAX:
        raise _too_large()
    return tuple(sorted(kept, key=lambda clause: (len(clause), [_place(condition) for condition in clause])))


def clauses_to_json(clauses: Clauses) -> list[list[dict[str, Any]]]:
    return [[condition_to_json(condition) for condition in clause] for clause in clauses]


def clauses_from_json(data: Sequence[Sequence[Mapping[str, Any]]]) -> Clauses:
    """What `clauses_to_json` wrote. Anything else raises, so that a gate that cannot be read does not open."""
    clauses = tuple(tuple(_known(found) for found in clause) for clause in data)
    if not clauses or not all(clauses):
        raise ValueError("A gate without conditions")
    return clauses


def _known(data: Mapping[str, Any]) -> Condition:
    if kind := data.get("fact"):
        return HoldsFact(kind, data.get("value", ""))
    if points := data.get("credit"):
        return CreditAtLeast(points)
    if days := data.get("member_days"):
        return MemberFor(days)
    if role := data.get("role"):
        return HasRole(role)
    if data.get("verified"):
        return IsVerified()
    raise ValueError(f"Not a condition: {data!r}")


def _expanded(rule: Rule) -> list[frozenset[Condition]]:
    match rule:
        case AnyOf(rules):
            found = [clause for inner in rules for clause in _expanded(inner)]
        case AllOf(rules):
            parts = [_expanded(inner) for inner in rules]
            count = 1
            for part in parts:
                count *= len(part)
            if count > 4 * CLAUSES_MAX:
                raise _too_large()
            found = [frozenset[Condition]().union(*chosen) for chosen in product(*parts)]
        case _:
            found = [frozenset({rule})]
    if len(found) > 4 * CLAUSES_MAX:
        raise _too_large()
    return found


def _merged(clause: Iterable[Condition]) -> Clause:
    """Without conditions that another one of the clause implies."""
    every = set(clause)
    kept = [one for one in every if not any(_implies(other, one) for other in every if other != one)]
    return tuple(sorted(kept, key=_place))


def _says_less(less: Clause, more: Clause) -> bool:
    """Does whoever meets `more` meet `less` as well?"""
    return all(any(other == one or _implies(other, one) for other in more) for one in less)


def _implies(stronger: Condition, weaker: Condition) -> bool:
    match stronger, weaker:
        case HoldsFact(kind, _value), HoldsFact(other, ""):
            return kind == other
        case HoldsFact(FactKind.OUTSIDE_SCORE, mark), HoldsFact(FactKind.OUTSIDE_SCORE, lower):
            (service, points), (other, least) = mark.split(":"), lower.split(":")
            return service == other and int(points) >= int(least)
        case CreditAtLeast(points), CreditAtLeast(least):
            return points >= least
        case MemberFor(days), MemberFor(least):
            return days >= least
        case HasRole(), HasRole():
            return stronger.rank >= weaker.rank
        case MemberFor(), HasRole():
            return weaker.rank == RANKS[Role.MEMBER]
    return False


_ORDER: Mapping[type, int] = {HoldsFact: 0, IsVerified: 1, CreditAtLeast: 2, MemberFor: 3, HasRole: 4}


def _place(condition: Condition) -> tuple[int, str, int]:
    match condition:
        case HoldsFact(kind, value):
            return _ORDER[HoldsFact], f"{FactKind.values.index(kind)}:{value}", 0
        case CreditAtLeast(number) | MemberFor(number):
            return _ORDER[type(condition)], "", number
        case HasRole():
            return _ORDER[HasRole], "", condition.rank
    return _ORDER[type(condition)], "", 0

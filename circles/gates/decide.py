"""Asking a gate: the one place that pages, the API and actions come to. No queries: the rules in force come with the
circle's row (`Circle.gates`), what is known of the person with theirs (accounts.passport)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.passport import passport_of
from circles.gates import words
from circles.gates.evaluate import evaluate, is_member
from circles.gates.language import Clauses, HasRole, MemberFor, clauses_from_json
from circles.models.circle import Circle
from circles.models.gate import GateAction
from circles.models.membership import Membership, Role
from core.errors import ALLOWED, Decision, refuse

_STAFF = (HasRole(Role.MODERATOR),)
"""Who keeps order must see: a way through every view gate."""


@dataclass(frozen=True, slots=True)
class GateInForce:
    """The rule of one action, as it came with the circle. `labels`: what its values are called."""

    action: str
    clauses: Clauses
    labels: dict[str, list[str]]


def gate_of(circle: Circle, action: str) -> GateInForce | None:
    """The gate in force for this action, or None where anybody may who could without gates."""
    kept = circle.gates.get(action)
    if kept is None:
        return None
    return GateInForce(action, clauses_from_json(kept["clauses"]), kept["labels"])


def gates_of(circle: Circle) -> list[GateInForce]:
    """All gates in force, in the order of GateAction."""
    return [gate for action in GateAction.values if (gate := gate_of(circle, action)) is not None]


def may_pass(
    user: Any, circle: Circle, membership: Membership | None, action: str, now: datetime | None = None
) -> Decision:
    """Does this person meet the rule of the action, if there is one? Code `gate_closed`, with `missing` in the
    details (see words.missing). Who asks first whether they may act at all."""
    gate = gate_of(circle, action)
    if gate is None:
        return ALLOWED
    return _decision(user, circle, membership, gate, now or timezone.now())


def may_come_in(user: Any, circle: Circle, membership: Membership | None, now: datetime | None = None) -> Decision:
    """May this person join: do they meet the rule for joining and, but for what joining itself gives, that for seeing?

    Who is a member already is asked nothing. Codes as `may_pass`.
    """
    if not circle.gates or is_member(membership):
        return ALLOWED
    now = now or timezone.now()
    for action in (GateAction.ENTER, GateAction.VIEW):
        gate = gate_of(circle, action)
        if gate is None:
            continue
        if action == GateAction.VIEW:
            clauses = tuple(_without_membership(clause) for clause in gate.clauses)
            if not all(clauses):
                continue
            gate = GateInForce(action, clauses, gate.labels)
        if not (decision := _decision(user, circle, membership, gate, now)):
            return decision
    return ALLOWED


def _without_membership(clause: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(one for one in clause if not isinstance(one, MemberFor) and one != HasRole(Role.MEMBER))


def _decision(user: Any, circle: Circle, membership: Membership | None, gate: GateInForce, now: datetime) -> Decision:
    passport = passport_of(user)
    if gate.action == GateAction.VIEW and evaluate((_STAFF,), passport, membership, now).ok:
        return ALLOWED
    verdict = evaluate(gate.clauses, passport, membership, now)
    if verdict.ok:
        return ALLOWED
    person = words.Person(passport, membership, now)
    missing = words.missing(circle, gate.labels, verdict, person)
    rule = words.sentence(gate.action, gate.clauses, gate.labels)
    return refuse(
        "gate_closed", words.refusal(rule, missing), {"action": gate.action, "rule": rule, "missing": missing}
    )

"""Deciding about gates that rest on what people are."""

from django.db import transaction

from accounts.models import User
from circles.actions import gates
from circles.models import Gate
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def approve(*, actor: User, gate: Gate, reason: str) -> LogEntry | None:
    """Let the rule take effect. None if it does not wait any more.

    Locks the circle and the gate. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`), and `NotFound`
    for a closed circle.
    """
    can(actor, Power.GATES).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        if not gates.approve(gate=gate, by=actor, reason=reason):
            return None
        return _write(actor, Verb.GATE_APPROVE, reason, gate)


def refuse(*, actor: User, gate: Gate, reason: str) -> LogEntry | None:
    """Say no: what is in force stays, and the owner reads the reason. None if it does not wait. Raises as `approve`."""
    can(actor, Power.GATES).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        if not gates.refuse(gate=gate, by=actor, reason=reason):
            return None
        return _write(actor, Verb.GATE_REFUSE, reason, gate)


def _write(actor: User, verb: Verb, reason: str, gate: Gate) -> LogEntry:
    details = {"action": gate.action, "rule": gate.rule}
    return log.write(
        actor=actor, verb=verb, reason=reason, target=gate, subject=gate.asked_by, circle=gate.circle, details=details
    )

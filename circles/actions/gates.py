"""Setting gates. The rows are the history; what is in force is copied to the circle, where asking costs nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Fact, FactKind, Institution, User
from accounts.outside_score.provider import current, value_of
from circles import rules
from circles.gates import language
from circles.gates.language import (
    AllOf,
    Clause,
    Clauses,
    CreditAtLeast,
    HasRole,
    HoldsFact,
    IsVerified,
    MemberFor,
    Rule,
    clauses_of,
)
from circles.models import (
    Circle,
    CircleKind,
    CircleState,
    Gate,
    GateAction,
    GateState,
    Membership,
    Role,
    ViewClause,
    Visibility,
)
from core.errors import Invalid, NotFound


def set_gate(*, actor: User, circle: Circle, action: str, rule: Rule | None) -> Gate | None:
    """Ask for this rule from now on; None takes the gate away. Returns its row, or None where nothing changed.

    A rule that rests on a sensitive fact waits for a platform admin, and whatever is in force stays so until then. Any
    other takes effect at once and takes the place of one that waits. Locks the circle; writes the row, and where it
    takes effect the circle's copy and its view clauses. Raises `Refused` (codes of `rules.can_manage`), `Invalid`
    (rule_too_large, unknown_institution, outside_scores_off, unknown_mark, cannot_be_met, merchant_circle) and
    `NotFound` for a closed circle.
    """
    checked = _checked(circle, action, rule)
    with transaction.atomic():
        here = _locked(circle)
        rules.can_manage(actor, Membership.objects.filter(user=actor, circle=here).first()).require()
        return _ask_for(actor, here, action, *checked)


def set_gates(*, actor: User, circle: Circle, wanted: Mapping[str, Rule | None], is_listed: bool | None = None) -> None:
    """All of them together: each action in `wanted` as `set_gate` does, and whether the entrance can be found.

    Raises as `set_gate` does; nothing is written then.
    """
    checked = {action: _checked(circle, action, rule) for action, rule in wanted.items()}
    with transaction.atomic():
        here = _locked(circle)
        rules.can_manage(actor, Membership.objects.filter(user=actor, circle=here).first()).require()
        for action, (rule, labels) in checked.items():
            _ask_for(actor, here, action, rule, labels)
        if is_listed is not None and here.is_listed != is_listed:
            here.is_listed = is_listed
            if here.visibility != Visibility.PUBLIC:
                here.visibility = Visibility.MEMBERS if is_listed else Visibility.HIDDEN
            here.save(update_fields=["is_listed", "visibility"])


def set_visibility(*, circle: Circle, visibility: str) -> bool:
    """Say who may read; True if that changed. The caller holds the circle locked, and asked who may.

    A closed or hidden circle is one whose view clauses ask for a membership, on top of what its view gate asks.
    Raises `Invalid` (merchant_circle).
    """
    if circle.visibility == visibility:
        return False
    if circle.kind == CircleKind.MERCHANT:
        raise Invalid("merchant_circle", _("A merchant's circle can be seen by everybody."), field="visibility")
    circle.visibility = visibility
    circle.is_listed = visibility == Visibility.MEMBERS
    _renew_view(circle, Gate.objects.filter(circle=circle, action=GateAction.VIEW, state=GateState.IN_FORCE).first())
    circle.save(update_fields=_VIEW_FIELDS)
    return True


def withdraw(*, actor: User, gate: Gate) -> bool:
    """Take back a rule that still waits; True if it did. Raises `Refused`: codes of `rules.can_manage`."""
    with transaction.atomic():
        here = _locked(gate.circle)
        rules.can_manage(actor, Membership.objects.filter(user=actor, circle=here).first()).require()
        return bool(_end_waiting(here, gate.action, pk=gate.pk))


def approve(*, gate: Gate, by: User, reason: str) -> bool:
    """Let a sensitive rule take effect; True if it was waiting. The caller asks who may, and logs. Locks the circle."""
    with transaction.atomic():
        here = _locked(gate.circle)
        fresh = Gate.objects.select_for_update(no_key=True).get(pk=gate.pk)
        if fresh.state != GateState.WAITING:
            return False
        fresh.decided_by, fresh.reason = by, reason[:1000]
        _put_in_force(here, fresh)
    return True


def refuse(*, gate: Gate, by: User, reason: str) -> bool:
    """Say no to a sensitive rule; True if it was waiting. What is in force stays. The caller asks who may, and logs."""
    with transaction.atomic():
        here = _locked(gate.circle)
        return bool(
            Gate.objects.filter(pk=gate.pk, circle=here, state=GateState.WAITING).update(
                state=GateState.REFUSED, decided_by=by, reason=reason[:1000], ended_at=timezone.now()
            )
        )


def person_for(action: str, *, user: User, circle: Circle) -> User:
    """The person as their row says now, locked FOR NO KEY UPDATE until the transaction ends, where the circle has a
    gate for this action; without one `user` as given, at no cost.

    Call it first in the transaction. Facts and credit change under the same lock, so what is decided on this row holds
    until the transaction ends: no gate opens on what was taken back meanwhile.
    """
    asked = [GateAction.VIEW, action] if action != GateAction.ENTER else [GateAction.ENTER, GateAction.VIEW]
    if not any(one in circle.gates for one in asked):
        return user
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


# --- Checking what was asked for -----------------------------------------------------------------


def check(circle: Circle, action: str, rule: Rule) -> dict[str, list[str]]:
    """What the rule's values are called. Raises `Invalid` as `set_gate` does, so a preview hears it too."""
    return _checked(circle, action, rule)[1]


def _checked(circle: Circle, action: str, rule: Rule | None) -> tuple[Rule | None, dict[str, list[str]]]:
    """The rule, and what its values are called."""
    if action not in GateAction.values:
        raise Invalid("unknown_action", _("There is no such action."), field="action")
    if rule is None:
        return None, {}
    if action == GateAction.VIEW and circle.kind == CircleKind.MERCHANT:
        raise Invalid("merchant_circle", _("A merchant's circle can be seen by everybody."), field="rule")
    if action == GateAction.ENTER and all(
        any(isinstance(one, MemberFor | HasRole) for one in clause) for clause in clauses_of(rule)
    ):
        raise Invalid("cannot_be_met", _("Nobody is a member before joining: nobody could ever join."), field="rule")
    return rule, _labels(rule)


_BY_VALUE = (FactKind.PROFESSION, FactKind.RESIDENT)


def _labels(rule: Rule) -> dict[str, list[str]]:
    """Names for the values of the rule's facts. Raises `Invalid` for an institution nobody knows."""
    found: dict[str, list[str]] = {}
    for condition in language.conditions(rule):
        if not isinstance(condition, HoldsFact) or not condition.value or condition.kind == FactKind.GENDER:
            continue
        if names := _names(condition.kind, condition.value):
            found[language.code_of(condition)] = names
    return found


def _names(kind: str, value: str) -> list[str]:
    """[name, English name] of what a fact of this kind may name; empty where nobody has named it."""
    if kind == FactKind.OUTSIDE_SCORE:
        return [_service(value)]
    if kind in _BY_VALUE:
        known = Institution.objects.filter(value=value).exclude(value_name="")
        if names := known.values_list("value_name", "value_name_en").first():
            return list(names)
    elif kind != FactKind.MERCHANT_STAFF:
        institution = Institution.objects.filter(slug=value).first()
        if institution is None or kind not in institution.kinds:
            message = _("There is no such institution here: %(code)s.") % {"code": value}
            raise Invalid("unknown_institution", message, field="rule")
        return [institution.name, institution.name_en]
    held = Fact.objects.filter(kind=kind, value=value).exclude(label="")
    return list(held.values_list("label", flat=True)[:1])


def _service(value: str) -> str:
    """The name of the service whose mark a rule asks for."""
    provider = current()
    if provider is None:
        raise Invalid("outside_scores_off", _("No scores from elsewhere are asked for here."), field="rule")
    marks = [value_of(provider, level) for level in provider.levels]
    if value not in marks:
        said = _("A score can be asked for as one of: %(marks)s.") % {"marks": ", ".join(marks)}
        raise Invalid("unknown_mark", said, field="rule")
    return provider.name


# --- Writing -------------------------------------------------------------------------------------


def _locked(circle: Circle) -> Circle:
    here = Circle.objects.select_for_update(no_key=True).filter(pk=circle.pk, state=CircleState.OPEN).first()
    if here is None:
        raise NotFound("circle_not_found", _("There is no such circle."))
    return here


def _ask_for(actor: User, here: Circle, action: str, rule: Rule | None, labels: dict[str, list[str]]) -> Gate | None:
    wanted = None if rule is None else language.to_json(rule)
    current = Gate.objects.filter(circle=here, action=action, state=GateState.IN_FORCE).first()
    waiting = Gate.objects.filter(circle=here, action=action, state=GateState.WAITING).first()
    if wanted == (current.rule if current else None):
        _end_waiting(here, action)
        return None
    if waiting is not None and waiting.rule == wanted:
        return None
    _end_waiting(here, action)
    gate = Gate(circle=here, action=action, rule=wanted, labels=labels, asked_by=actor, state=GateState.WAITING)
    gate.is_sensitive = rule is not None and language.is_sensitive(rule)
    if gate.is_sensitive:
        gate.save()
    else:
        _put_in_force(here, gate)
    return gate


def _end_waiting(here: Circle, action: str, **which: Any) -> int:
    waiting = Gate.objects.filter(circle=here, action=action, state=GateState.WAITING, **which)
    return waiting.update(state=GateState.WITHDRAWN, ended_at=timezone.now())


def _put_in_force(here: Circle, gate: Gate) -> None:
    """Make it the circle's gate for its action. The circle is locked."""
    now = timezone.now()
    Gate.objects.filter(circle=here, action=gate.action, state=GateState.IN_FORCE).update(
        state=GateState.ENDED, ended_at=now
    )
    gate.began_at = now
    gate.state = GateState.IN_FORCE if gate.rule is not None else GateState.ENDED
    gate.ended_at = None if gate.rule is not None else now
    gate.save()
    if gate.action == GateAction.VIEW:
        _renew_view(here, gate if gate.rule is not None else None)
        here.save(update_fields=_VIEW_FIELDS)
    else:
        _keep(here, gate.action, clauses_of(language.parse(gate.rule)) if gate.rule is not None else (), gate)
        here.save(update_fields=["gates"])


_VIEW_FIELDS = ["gates", "is_view_gated", "visibility", "is_listed"]


def _renew_view(here: Circle, gate: Gate | None) -> None:
    """Write whom the circle is open to: what its view gate asks, and a membership where it is not public."""
    rule = language.parse(gate.rule) if gate is not None else None
    if here.visibility != Visibility.PUBLIC:
        member = HasRole(Role.MEMBER)
        rule = member if rule is None else AllOf((rule, member))
    clauses = clauses_of(rule) if rule is not None else ()
    _keep(here, GateAction.VIEW, clauses, gate)
    here.is_view_gated = bool(clauses)
    _write_view_clauses(here, clauses)


def _keep(here: Circle, action: str, clauses: Clauses, gate: Gate | None) -> None:
    """Copy what is in force to the circle's row; no clauses: nothing is."""
    here.gates = {known: kept for known, kept in here.gates.items() if known != action}
    if clauses:
        here.gates[action] = {
            "clauses": language.clauses_to_json(clauses),
            "labels": gate.labels if gate is not None else {},
            "since": (gate.began_at if gate is not None and gate.began_at else timezone.now()).timestamp(),
            "sensitive": gate is not None and gate.is_sensitive,
        }


def _write_view_clauses(here: Circle, clauses: Clauses) -> None:
    ViewClause.objects.filter(circle=here).delete()
    if clauses:
        staff: Clause = (HasRole("moderator"),)
        ViewClause.objects.bulk_create(_view_clause(here, clause) for clause in (*clauses, staff))


def _view_clause(here: Circle, clause: Clause) -> ViewClause:
    row = ViewClause(circle=here)
    for condition in clause:
        match condition:
            case HoldsFact():
                row.facts = [*row.facts, f"{condition.kind}:{condition.value}" if condition.value else condition.kind]
            case CreditAtLeast(points):
                row.credit = points
            case IsVerified():
                row.verified = True
            case MemberFor(days):
                row.member_for = timedelta(days=days)
                row.rank = max(row.rank, 1)
            case HasRole():
                row.rank = max(row.rank, condition.rank)
    return row

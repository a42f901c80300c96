"""The gates of a circle: everybody inside can read them and what changed, its owner sets them."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.passport import passport_of
from circles import queries, rules
from circles.actions import gates
from circles.gate_forms import TEMPLATES, GateForm, fits_form
from circles.gates import words
from circles.gates.evaluate import evaluate
from circles.gates.language import Clauses, Rule, clauses_of, is_sensitive, parse
from circles.gates.preview import preview
from circles.models import Circle, Gate, GateAction, GateState
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import DomainError

_ASKED_OF_OWNERS = (GateAction.POST, GateAction.COMMENT, GateAction.LIKE, GateAction.TIP)
"""Of the owner too: they see their circle and are in it, whatever its gates ask."""


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    membership = membership_of(request, circle.pk)
    history = queries.gate_history(circle)
    may_change = bool(rules.can_manage(request.user, membership))
    newest = {gate.action: gate for gate in reversed(history)} if may_change else {}
    in_force = {shown["action"]: shown for shown in words.shown_gates(circle)}
    lines = [
        {
            "action": action,
            "label": GateAction(action).label,
            "gate": in_force.get(action),
            "text": in_force[action]["text"] if action in in_force else words.without_gate(action),
            "waiting": _told_if(newest.get(action), GateState.WAITING),
            "refused": _told_if(newest.get(action), GateState.REFUSED),
        }
        for action in GateAction.values
    ]
    context = {
        "circle": circle,
        "lines": lines,
        "history": [_told(gate) for gate in history if gate.state in (GateState.IN_FORCE, GateState.ENDED)],
        "may_change": may_change,
    }
    return render(request, "circles/gates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, slug: str, action: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    rules.can_manage(request.user, membership_of(request, circle.pk)).require()
    if action not in GateAction.values:
        raise Http404
    current = queries.gate_to_edit(circle, action)
    known = parse(current.rule) if current is not None and current.rule is not None else None
    if request.method == "POST":
        return _sent(request, circle, action, known)
    chosen = request.GET.get("template", "")
    if chosen in TEMPLATES:
        known = parse(TEMPLATES[chosen].rule)
        return _page(request, circle, action, GateForm.of(action, known), rule=known)
    return _page(request, circle, action, GateForm.of(action, known, _named()), is_too_rich=not fits_form(known))


def _sent(request: HttpRequest, circle: Circle, action: str, known: Rule | None) -> HttpResponse:
    if "remove" in request.POST:
        gates.set_gate(actor=request.user, circle=circle, action=action, rule=None)
        messages.success(request, _("The gate is gone. %(now)s") % {"now": words.without_gate(action)})
        return redirect("circles:gates", circle.slug)
    form = GateForm(request.POST, action=action)
    if not form.is_valid() or form.rule is None:
        return _page(request, circle, action, form, status=422)
    try:
        labels = gates.check(circle, action, form.rule)
        if "save" not in request.POST:
            return _page(request, circle, action, form, rule=form.rule, labels=labels)
        gate = gates.set_gate(actor=request.user, circle=circle, action=action, rule=form.rule)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, circle, action, form, status=422)
    if gate is not None and gate.state == GateState.WAITING:
        messages.success(request, _("Saved. It takes effect once the team of this site has approved it."))
    else:
        messages.success(request, _("Saved."))
    return redirect("circles:gates", circle.slug)


def _page(
    request: HttpRequest,
    circle: Circle,
    action: str,
    form: GateForm,
    *,
    rule: Rule | None = None,
    labels: dict[str, list[str]] | None = None,
    is_too_rich: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "circle": circle,
        "action": action,
        "label": GateAction(action).label,
        "form": form,
        "is_too_rich": is_too_rich,
        "has_gate": action in circle.gates,
        "templates": [(name, template.label) for name, template in TEMPLATES.items() if action in template.actions],
        "institutions": _named().items(),
    }
    if rule is not None:
        clauses = clauses_of(rule)
        labels = labels if labels is not None else gates.check(circle, action, rule)
        context["result"] = {
            "text": words.sentence(action, clauses, labels),
            "is_sensitive": is_sensitive(rule),
            "counts": words.told_preview(preview(circle, action, clauses), labels),
            "shuts_me_out": action in _ASKED_OF_OWNERS and not _meets(request, circle, clauses),
        }
    return render(request, "circles/edit_gate.html", context, status=status)


def _meets(request: HttpRequest, circle: Circle, clauses: Clauses) -> bool:
    membership = membership_of(request, circle.pk)
    return evaluate(clauses, passport_of(request.user), membership, timezone.now()).ok


def _named() -> dict[str, str]:
    """What a rule may ask for, by code; by the code itself where it has no name or shares it."""
    found = dict(queries.institution_names())
    shared = Counter(found.values())
    return {code: name if name and shared[name] == 1 else code for code, name in found.items()}


@require_POST
@signed_in
def withdraw(request: HttpRequest, slug: str, action: str) -> HttpResponse:
    """Take back what still waits for approval."""
    circle = circle_or_404(request, slug)
    gate = Gate.objects.filter(circle=circle, action=action, state=GateState.WAITING).first()
    if gate is not None and gates.withdraw(actor=request.user, gate=gate):
        messages.success(request, pgettext("a rule that waits", "Taken back."))
    return redirect("circles:gates", circle.slug)


@require_POST
@signed_in
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether outsiders find the entrance (listed=1) or nothing at all (listed=0)."""
    circle = circle_or_404(request, slug)
    gates.set_gates(actor=request.user, circle=circle, wanted={}, is_listed=request.POST.get("listed") == "1")
    messages.success(request, _("Saved."))
    return redirect("circles:gates", circle.slug)


def _told_if(gate: Gate | None, state: str) -> dict[str, Any] | None:
    return _told(gate) if gate is not None and gate.state == state else None


def _told(gate: Gate) -> dict[str, Any]:
    """A row of the history in words."""
    clauses = clauses_of(parse(gate.rule)) if gate.rule is not None else None
    text = words.sentence(gate.action, clauses, gate.labels) if clauses else words.without_gate(gate.action)
    return {"gate": gate, "text": text, "at": gate.began_at or gate.asked_at}

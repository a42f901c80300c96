"""The entrance of a circle that not everybody may see: its name and gates, and what whoever stands there is missing."""

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from circles import governing, rules
from circles.gates.decide import may_pass
from circles.gates.words import shown_gates
from circles.models import Circle, GateAction
from circles.views.access import View, known_circle_or_404, membership_of


def with_entrance(view: View) -> View:
    """Lead to the entrance where the page is not there for this viewer but the entrance is. Else 404 stays 404."""

    @wraps(view)
    def guarded(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            return view(request, slug)
        except Http404:
            if Circle.objects.known_to(request.user).filter(slug=slug).exists():
                return redirect("circles:enter", slug)
            raise

    return guarded


@require_safe
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    circle = known_circle_or_404(request, slug)
    membership = membership_of(request, circle.pk)
    decision = may_pass(request.user, circle, membership, GateAction.VIEW)
    if decision:
        return redirect(circle)
    if membership is None or not membership.is_active:
        decision = rules.can_join(request.user, circle, membership)
    context: dict[str, Any] = {"circle": circle, "decision": decision, "membership": membership}
    context["has_asked"] = decision.code == "needs_application" and governing.has_asked(circle, request.user)
    return render(request, "circles/enter.html", {**context, "gates": shown_gates(circle)})

"""The daily life of a circle: signing in, levels, who stands where."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from circles.shown import daily_shown
from circles.views.access import circle_or_404, membership_of, signed_in
from core.http import go_back, toast
from daily import goal_queries, queries, rules
from daily.actions import sign_ins


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """My standing, the levels, and those who stand highest."""
    circle = circle_or_404(request, slug)
    membership = membership_of(request, circle.pk)
    is_member = membership is not None and membership.is_active
    is_kept = rules.is_kept(circle)
    context: dict[str, Any] = {
        "circle": circle,
        "membership": membership,
        "is_kept": is_kept,
        "may_run": bool(rules.can_run(request.user, circle, membership)),
    }
    if is_kept:
        context["levels"] = queries.level_table(circle, membership.grade if is_member and membership else 0)
        context["highest"] = queries.highest(circle)
        context["goal"] = goal_queries.running(circle)
    if is_kept and is_member and membership is not None:
        context["mine"] = queries.standing(request.user, membership, circle)
        context["may_sign_in"] = rules.can_sign_in(request.user, circle, membership)
    return render(request, "daily/circle.html", context)


@require_POST
@signed_in
def sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    done = sign_ins.sign_in(user=request.user, circle=circle)
    if done.gained:
        streak = done.membership.streak
        said = ngettext(
            "Signed in: +%(points)s, %(days)s day", "Signed in: +%(points)s, %(days)s days in a row", streak
        )
        message = said % {"points": done.gained, "days": streak}
    else:
        message = _("You have signed in today already.")
    if request.htmx and request.POST.get("part") == "strip":
        context = {"circle_url": circle.get_absolute_url(), **daily_shown(request.user, circle, done.membership)}
        return toast(render(request, "circles/partials/_daily.html", context), message, level="success")
    return go_back(request, default=circle.get_absolute_url(), message=message)


@require_POST
@signed_in
def make_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Use a card for having missed yesterday."""
    circle = circle_or_404(request, slug)
    membership = sign_ins.make_up(user=request.user, circle=circle)
    days = {"days": membership.streak}
    messages.success(request, _("Made up for. Your streak goes on: %(days)s days in a row.") % days)
    return redirect("daily:circle", circle.slug)

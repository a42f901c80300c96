"""Joining, leaving, muting: one button each, or a page that asks first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from circles.actions import memberships
from circles.models import Circle, Membership
from circles.views.access import circle_or_404, known_circle_or_404, membership_of, signed_in
from core.http import go_back, toast


@require_POST
@signed_in
def join(request: HttpRequest, slug: str) -> HttpResponse:
    circle = known_circle_or_404(request, slug)
    membership = memberships.join(user=request.user, circle=circle)
    message = _("Welcome to %(circle)s!") % {"circle": circle.name}
    if request.htmx:
        return toast(_button(request, circle, membership), message, level="success")
    return go_back(request, default=circle.get_absolute_url(), message=message)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave. Without scripts the button leads to a page that asks, as the dialog does with them."""
    circle = known_circle_or_404(request, slug)
    if request.method != "POST" or not (request.htmx or "confirmed" in request.POST):
        membership = membership_of(request, circle.pk)
        if membership is None or not membership.is_active:
            return redirect(circle)
        return render(request, "circles/leave.html", {"circle": circle, "membership": membership})
    memberships.leave(user=request.user, circle=circle)
    message = _("You left %(circle)s. Your posts stay.") % {"circle": circle.name}
    if circle.is_view_gated and not Circle.objects.known_to(request.user).filter(pk=circle.pk).exists():
        messages.success(request, message)
        return to_page(request, reverse("circles:discover"))
    if request.htmx:
        return toast(_button(request, circle, None), message)
    return go_back(request, default=circle.get_absolute_url(), message=message)


@require_POST
@signed_in
def mute(request: HttpRequest, slug: str) -> HttpResponse:
    """Notifications of this circle off (muted=1) or on (muted=0)."""
    circle = circle_or_404(request, slug)
    muted = request.POST.get("muted") == "1"
    memberships.set_muted(user=request.user, circle=circle, muted=muted)
    message = (
        _("No more notifications from %(circle)s.") if muted else _("Notifications from %(circle)s are on again.")
    ) % {"circle": circle.name}
    if request.htmx:
        response = render(request, "circles/partials/_mute_item.html", {"circle": circle, "muted": muted})
        return toast(response, message, level="success")
    return go_back(request, default=circle.get_absolute_url(), message=message)


def to_page(request: HttpRequest, url: str) -> HttpResponse:
    """Leave the page, whether htmx asked or the browser."""
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _button(request: HttpRequest, circle: Circle, membership: Membership | None) -> HttpResponse:
    context = {"circle": circle, "membership": membership, "small": bool(request.POST.get("small"))}
    return render(request, "components/_join_button.html", context)

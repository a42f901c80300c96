"""A score from elsewhere: consenting to have it fetched, what was kept of it, and taking it back."""

import secrets
from typing import Any
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules
from accounts.actions import outside_scores
from accounts.models import OutsideScore
from accounts.outside_score.provider import current
from accounts.outside_score.sandbox import SandboxProvider
from core.errors import DomainError

_STATE = "outside_score_state"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What is kept, and what would be asked of whom. POST with `agree`: the way to the service, for this browser."""
    kept, provider = OutsideScore.objects.filter(user=request.user).first(), current()
    if kept is None and provider is None:
        raise Http404
    context: dict[str, Any] = {"kept": kept, "provider": provider, "days": settings.OUTSIDE_SCORE_DAYS}
    context["hurdle"] = rules.can_add_outside_score(request.user)
    status = 200
    if request.method == "POST":
        provider = outside_scores.begin(user=request.user)
        if request.POST.get("agree") == "1":
            request.session[_STATE] = secrets.token_urlsafe(24)
            back = urljoin(settings.SITE_URL, reverse("accounts:outside_score_back"))
            # A link, not a redirect: our forms may lead to no other house.
            context["go_on"] = provider.consent_url(state=request.session[_STATE], back=back)
        else:
            context["error"], status = _("Please tick that you agree, or leave it as it is."), 422
    return render(request, "accounts/outside_score.html", context, status=status)


@sensitive_variables("grant")
@never_cache
@login_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """The service sends the person back here. Only who agreed in this browser a moment ago is believed, once."""
    state, grant = request.session.pop(_STATE, ""), request.GET.get("grant", "")
    if not state or not constant_time_compare(state, request.GET.get("state", "")):
        messages.error(request, _("This did not begin in this browser. Please begin again here."))
        return redirect("accounts:outside_score")
    try:
        outside_scores.receive(user=request.user, grant=grant)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted. You can take it back here at any time."))
    return redirect("accounts:outside_score")


@login_required
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    if outside_scores.take_back(user=request.user):
        messages.success(request, _("It is forgotten, and no gate knows of it any more."))
    return redirect("accounts:outside_score" if current() is not None else "accounts:facts")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox(request: HttpRequest) -> HttpResponse:
    """What the sandbox's own site would be: agree under a name, or do not. Not there with any other service."""
    provider = current()
    if not isinstance(provider, SandboxProvider):
        raise Http404
    state = request.GET.get("state", "")
    if request.method == "POST":
        agreed = request.POST.get("agree") == "1"
        grant = provider.agree(request.POST.get("name", "")[:40] or "anonymous") if agreed else ""
        return redirect(f"{reverse('accounts:outside_score_back')}?{urlencode({'state': state, 'grant': grant})}")
    return render(request, "accounts/outside_score_sandbox.html", {"provider": provider, "state": state})

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules
from accounts.actions import identity
from accounts.forms import to_form
from accounts.identity.forms import VerifyForm
from accounts.identity.provider import Provider, available
from accounts.identity.sandbox import invented_number
from accounts.models import Document, IdentityCheck, IdentityCheckState, LegalIdentity
from core.errors import DomainError
from core.http import came_from, is_htmx
from core.media import imaging, pictures
from core.numbers import whole_number

_ONWARD = "verify_onward"
_ASK_SECONDS = 4
"""A provider is asked about one check at most so often, however often its page is loaded."""
_CALLBACK_MAX = 64 * 1024


@sensitive_post_parameters("name", "number", "born", "mrz", "country", "valid_until")
@sensitive_variables("form", "claimed", "photos")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Prove who one is, then go on to `next`. `document` and `by` choose what with; both are links."""
    onward = _onward(request)
    document, provider, choices = _chosen(request)
    form = VerifyForm(request.POST or None, request.FILES or None, document=document, provider=provider)
    if request.method == "POST" and form.is_valid():
        try:
            photos = [
                imaging.encode(pictures.rebuilt(one, field="photos")) for one in form.cleaned_data.get("photos", [])
            ]
            check = identity.verify(
                user=request.user, document=document, by=provider.code, photos=photos, **form.claimed()
            )
        except DomainError as error:
            to_form(error, form)
        else:
            if check.state == IdentityCheckState.APPROVED:
                return _welcome(request, onward)
            request.session[_ONWARD] = onward
            return HttpResponseRedirect(request.get_full_path())
    known = LegalIdentity.objects.filter(user=request.user).first()
    latest = _latest(request)
    context = {
        "form": form,
        "next": onward,
        "identity": known,
        "renewing": request.user.is_verified and known is not None and rules.may_renew(known.valid_until),
        "check": latest if latest is not None and latest.is_open else None,
        "failed": _failed(latest),
        "choices": choices,
        "provider": provider,
        "address": f"{request.path}?{urlencode({'document': document, 'by': provider.code, 'next': onward})}",
        "invented_number": invented_number() if provider.is_sandbox and document == Document.ID_CARD else "",
        **_way_on(latest),
    }
    return render(request, "accounts/verify.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Has it been decided? Asks the provider, at most every few seconds. A part of the page, or back to the page."""
    check = _ask(request)
    if check is not None and check.is_open:
        if is_htmx(request):
            return render(request, "accounts/partials/_verify_waiting.html", {"check": check, **_way_on(check)})
        messages.info(request, _("Nothing has been decided yet."))
        return HttpResponseRedirect(reverse("accounts:verify"))
    if check is not None and check.state == IdentityCheckState.APPROVED:
        response = _welcome(request, request.session.pop(_ONWARD, reverse("accounts:me")))
    else:
        response = HttpResponseRedirect(reverse("accounts:verify"))
    return HttpResponse(headers={"HX-Redirect": response.url}) if is_htmx(request) else response


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Where a provider sends people back to, maybe in a browser of its own, where nobody is logged in."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("accounts:verify_waiting"))
    return render(request, "accounts/verify_back.html")


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Not with this provider after all: begin again."""
    identity.cancel(user=request.user)
    return HttpResponseRedirect(reverse("accounts:verify"))


@csrf_exempt
@require_POST
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider says what has become of a check. Believed for its signature alone."""
    if whole_number(request.headers.get("Content-Length") or "0", at_most=_CALLBACK_MAX) is None:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        identity.called_back(provider=provider, body=request.body, headers=request.headers)
    except DomainError as error:
        return JsonResponse({"code": error.code}, status=error.status)
    return JsonResponse({"code": "ok"})


def _chosen(request: HttpRequest) -> tuple[str, Provider, dict[str, Any]]:
    """The document and the provider that are asked for, or the first of each, and the links to the others."""
    offered = available()
    documents = [kind for kind in Document if any(kind in one.documents for one in offered)]
    known = LegalIdentity.objects.filter(user=request.user).values_list("document", flat=True).first()
    asked = request.GET.get("document") or known
    document = asked if asked in documents else documents[0]
    fitting = [one for one in offered if document in one.documents]
    provider = next((one for one in fitting if one.code == request.GET.get("by")), fitting[0])
    onward = {"next": request.GET["next"]} if "next" in request.GET else {}

    def link(**query: str) -> str:
        return f"{request.path}?{urlencode({**query, **onward})}"

    labels = {Document.ID_CARD: _("ID card"), Document.PASSPORT: _("Passport")}
    return (
        document,
        provider,
        {
            "documents": [
                {"label": labels[kind], "url": link(document=kind), "current": kind == document} for kind in documents
            ],
            "providers": [
                {"label": one.label, "url": link(document=document, by=one.code), "current": one is provider}
                for one in fitting
            ],
        },
    )


def _onward(request: HttpRequest) -> str:
    kept: str = request.session.get(_ONWARD, reverse("accounts:me"))
    onward = came_from(request, kept)
    return kept if reverse("accounts:verify") in onward else onward


def _welcome(request: HttpRequest, onward: str) -> HttpResponseRedirect:
    request.session.pop(_ONWARD, None)
    messages.success(request, _("You are verified. Welcome!"))
    return HttpResponseRedirect(onward)


def _latest(request: HttpRequest) -> IdentityCheck | None:
    found: IdentityCheck | None = IdentityCheck.objects.filter(user=request.user).order_by("-created_at").first()
    return found


def _ask(request: HttpRequest) -> IdentityCheck | None:
    """The latest check, after the provider was asked about it."""
    check = _latest(request)
    if check is None or not cache.add(f"identity-asked:{check.pk}", 1, timeout=_ASK_SECONDS):
        return check
    try:
        return identity.ask(check=check)
    except DomainError:
        return _latest(request)  # decided at this moment


def _failed(check: IdentityCheck | None) -> str:
    """What became of the last attempt, where that was nothing and not long ago."""
    if check is None or (timezone.now() - check.created_at).days >= 1:
        return ""
    return check.state if check.state in (IdentityCheckState.REFUSED, IdentityCheckState.LAPSED) else ""


def _way_on(check: IdentityCheck | None) -> dict[str, Any]:
    """Where the person goes on with a check that waits for them, also as a QR code for a phone."""
    url = identity.go_on(check=check) if check is not None and check.is_open else ""
    if not url:
        return {"go_on": "", "qr": ""}
    drawn = segno.make(url, error="l", micro=False).svg_inline(scale=3, border=2, light="#fff", omitsize=True)
    return {"go_on": url, "qr": mark_safe(drawn)}  # noqa: S308 - drawn here from an address

"""Logging in: second factor, passkeys, phone, and where one is logged in."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import phone, sessions
from accounts.browsers import label_of
from accounts.forms import PhoneCodeForm, PhoneForm, to_form
from accounts.models import PhoneCode, PhoneNumber
from core.errors import DomainError


@never_cache
@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/security.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    authenticators = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((one for one in authenticators if one.type == Authenticator.Type.RECOVERY_CODES), None)
    current = request.session.session_key
    return {
        "totp": next((one for one in authenticators if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in authenticators if one.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "phone": PhoneNumber.objects.filter(user=request.user).first(),
        "sessions": [
            {
                "id": row.pk,
                "label": label_of(row.user_agent) or _("A browser"),
                "since": row.created_at,
                "is_current": row.session_key == current,
            }
            for row in sorted(
                UserSession.objects.purge_and_list(request.user),
                key=lambda row: (row.session_key != current, -row.created_at.timestamp()),
            )
        ],
    }


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    sessions.end(user=request.user, session_id=session_id)
    messages.success(request, _("That browser is logged out."))
    return HttpResponseRedirect(reverse("accounts:security"))


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Log out everywhere but here; programs with a token too."""
    sessions.end_others(user=request.user, current=request.session.session_key or "")
    messages.success(request, _("You are logged out everywhere but here."))
    return HttpResponseRedirect(reverse("accounts:security"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def phone_number(request: HttpRequest) -> HttpResponse:
    """Name a number, then type the code that came to it."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone.request_code(user=request.user, number=form.cleaned_data["number"])
        except DomainError as error:
            to_form(error, form)
        else:
            return HttpResponseRedirect(reverse("accounts:phone_code"))
    status = 422 if form.errors else 200
    return render(request, "accounts/phone.html", {"form": form, "step": 1}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    waiting = PhoneCode.objects.filter(user=request.user, closed_at=None).order_by("-pk").first()
    if waiting is None:
        return HttpResponseRedirect(reverse("accounts:phone"))
    form = PhoneCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phone.confirm(user=request.user, code=form.cleaned_data["code"])
        except DomainError as error:
            to_form(error, form)
        else:
            messages.success(request, _("Your phone number is confirmed."))
            return HttpResponseRedirect(reverse("accounts:security"))
    context = {"form": form, "step": 2, "number": waiting.number}
    return render(request, "accounts/phone.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@reauthentication_required
def remove_phone(request: HttpRequest) -> HttpResponse:
    phone.remove(user=request.user)
    messages.success(request, _("Your phone number is deleted."))
    return HttpResponseRedirect(reverse("accounts:security"))

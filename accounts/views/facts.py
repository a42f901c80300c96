"""My facts: what is verified about me, where it shows, and how to prove something."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import badges, facts_pages
from accounts.actions import email_proofs, facts, invitations, issuers, vouching
from accounts.fact_forms import AddressForm, CodeForm, InvitationForm
from accounts.forms import to_form
from accounts.models import Fact, Institution, OutsideScore, User
from accounts.outside_score.provider import current
from core.errors import DomainError
from core.numbers import whole_number


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def facts_page(request: HttpRequest) -> HttpResponse:
    """What is verified about me; POST: where each fact shows."""
    if request.method == "POST":
        chosen = {
            pk: value
            for name, value in request.POST.items()
            if name.startswith("fact-") and (pk := whole_number(name.removeprefix("fact-"))) is not None
        }
        facts.show(user=_me(request), chosen={pk: str(place) for pk, place in chosen.items()})
        messages.success(request, _("Saved."))
        return redirect("accounts:facts")
    present, past = facts_pages.mine(_me(request))
    context = {
        "present": present,
        "past": past,
        "places": Fact.Shown.choices,
        "desks": facts_pages.desks_of(_me(request)),
        "has_score": current() is not None or OutsideScore.objects.filter(user=_me(request)).exists(),
    }
    return render(request, "accounts/facts.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """The ways to prove something; POST: an address, or an invitation code."""
    address = AddressForm(request.POST if "address" in request.POST else None)
    code = InvitationForm(request.POST if "code" in request.POST else None)
    try:
        if address.is_bound and address.is_valid():
            email_proofs.start(user=_me(request), address=address.cleaned_data["address"])
            return redirect("accounts:prove_code")
        if code.is_bound and code.is_valid():
            fact = invitations.redeem(user=_me(request), code=code.cleaned_data["code"])
            messages.success(request, _verified([fact]))
            return redirect("accounts:facts")
    except DomainError as error:
        to_form(error, address if address.is_bound else code)
    context = {"address": address, "code": code, "issuers": facts_pages.issuers()}
    return render(request, "accounts/prove.html", context, status=422 if request.method == "POST" else 200)


@sensitive_post_parameters("code")
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove_code(request: HttpRequest) -> HttpResponse:
    """Type the code that came by mail."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = email_proofs.confirm(user=_me(request), code=form.cleaned_data["code"])
        except DomainError as error:
            to_form(error, form)
        else:
            if said:
                messages.success(request, _verified(said))
            else:
                messages.info(request, _("The address is yours, but nothing new was to be verified by it."))
            return redirect("accounts:facts")
    proof = email_proofs.open_proof(_me(request))
    if proof is None and request.method != "POST":
        return redirect("accounts:prove")
    context = {"form": form, "proof": proof, "minutes": email_proofs.CODE_MINUTES}
    return render(request, "accounts/prove_code.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_POST
def show_code(request: HttpRequest, slug: str) -> HttpResponse:
    """A code to show at an institution."""
    institution = get_object_or_404(Institution, slug=slug, is_issuer=True)
    code = issuers.show_code(user=_me(request), institution=institution)
    context = {
        "institution": badges.in_language(institution.name, institution.name_en),
        "code": code,
        "hours": issuers.CODE_HOURS,
    }
    return render(request, "accounts/subject_code.html", context)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Have something recorded about me taken back."""
    fact = get_object_or_404(Fact, pk=pk, user=_me(request))
    vouching.drop(user=_me(request), fact=fact)
    messages.success(request, _("It is no longer recorded about you."))
    return redirect("accounts:facts")


def _verified(said: list[Fact]) -> str:
    return _("Verified: %(what)s") % {"what": " · ".join(badges.title_of(fact) for fact in said)}


def _me(request: HttpRequest) -> Any:
    assert isinstance(request.user, User)
    return request.user

"""An institution's desk: codes, lists, keys for its own system, and the people it vouched for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import badges, facts_pages
from accounts.actions import invitations, issuers, rosters, vouching
from accounts.desk_forms import BatchForm, KeyForm, LeaverForm, ReasonForm, RosterForm
from accounts.forms import to_form
from accounts.models import Fact, Institution
from core.errors import DomainError
from core.numbers import whole_number

SHOWN = 50
View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """The institution, for those who may act for it; to others there is no such page."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        institution = get_object_or_404(Institution, slug=slug)
        if not vouching.may_use_desk(request.user, institution):
            raise Http404
        return view(request, institution, **kwargs)

    return guarded


@require_safe
@for_staff
def desk(request: HttpRequest, institution: Institution) -> HttpResponse:
    holding = Fact.objects.valid().filter(institution=institution)
    counts = holding.values("kind").annotate(count=Count("user", distinct=True)).order_by("kind")
    context = {
        "institution": institution,
        "counts": [{"label": badges.title(row["kind"], "", institution.name), **row} for row in counts],
        "domains": institution.domains.all(),
    }
    return render(request, "accounts/desk/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def codes(request: HttpRequest, institution: Institution) -> HttpResponse:
    """Batches of invitation codes; POST makes one and shows its codes, once."""
    form = BatchForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        try:
            batch, made = invitations.issue(
                actor=request.user,  # type: ignore[arg-type]
                institution=institution,
                count=form.cleaned_data["count"],
                uses_max=form.cleaned_data["uses_max"],
                expires_at=form.expires_at(),
                **form.terms(),
            )
        except DomainError as error:
            to_form(error, form)
        else:
            context = {"institution": institution, "batch": batch, "codes": made}
            return render(request, "accounts/desk/codes_made.html", context)
    batches = institution.batches.annotate(code_count=Count("codes"), used=Sum("codes__used")).order_by("-id")[:SHOWN]
    context = {"institution": institution, "form": form, "batches": batches, "now": timezone.now()}
    return render(request, "accounts/desk/codes.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff
def withdraw_batch(request: HttpRequest, institution: Institution, pk: int) -> HttpResponse:
    invitations.withdraw(actor=request.user, batch=get_object_or_404(institution.batches, pk=pk))  # type: ignore[arg-type]
    messages.success(request, _("These codes do not work any more."))
    return redirect("accounts:desk_codes", institution.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def lists(request: HttpRequest, institution: Institution) -> HttpResponse:
    """Lists of people; POST takes a file in."""
    form = RosterForm(request.POST or None, request.FILES or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        try:
            roster, reading = rosters.upload(
                actor=request.user,  # type: ignore[arg-type]
                institution=institution,
                file=form.cleaned_data["file"].read(rosters.BYTES_MAX + 1),
                **form.terms(),
            )
        except DomainError as error:
            to_form(error, form)
        else:
            said = ngettext("%(count)d person is on the list.", "%(count)d people are on the list.", roster.size)
            messages.success(request, said % {"count": roster.size})
            if not reading.left_out:
                return redirect("accounts:desk_lists", institution.slug)
            context = {"institution": institution, "roster": roster, "reading": reading}
            return render(request, "accounts/desk/list_made.html", context)
    rows = institution.rosters.annotate(matched=Count("entries__matched_at")).order_by("-id")[:SHOWN]
    context = {"institution": institution, "form": form, "rosters": rows, "rows_max": rosters.IDENTITY_ROWS_MAX}
    return render(request, "accounts/desk/lists.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff
def withdraw_list(request: HttpRequest, institution: Institution, pk: int) -> HttpResponse:
    rosters.withdraw(actor=request.user, roster=get_object_or_404(institution.rosters, pk=pk))  # type: ignore[arg-type]
    messages.success(request, _("The list is withdrawn and its fingerprints are deleted."))
    return redirect("accounts:desk_lists", institution.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def keys(request: HttpRequest, institution: Institution) -> HttpResponse:
    """Keys for the API; POST makes one and shows it, once."""
    form = KeyForm(request.POST or None)
    token = ""
    if request.method == "POST" and form.is_valid():
        try:
            token = issuers.issue_token(
                actor=request.user,  # type: ignore[arg-type]
                institution=institution,
                note=form.cleaned_data["note"],
            )
        except DomainError as error:
            to_form(error, form)
    context = {
        "institution": institution,
        "form": KeyForm() if token else form,
        "token": token,
        "tokens": institution.tokens.filter(revoked_at=None).order_by("-id")[:SHOWN],
    }
    return render(request, "accounts/desk/keys.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff
def withdraw_key(request: HttpRequest, institution: Institution, pk: int) -> HttpResponse:
    issuers.withdraw_token(actor=request.user, token=get_object_or_404(institution.tokens, pk=pk))  # type: ignore[arg-type]
    messages.success(request, _("This key does not work any more."))
    return redirect("accounts:desk_keys", institution.slug)


@sensitive_post_parameters("address", "name", "number")
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def people(request: HttpRequest, institution: Institution) -> HttpResponse:
    """For whom it vouched, each under a name of its own; POST takes back what was said of somebody who left."""
    form = LeaverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            vouching.take_back_from(actor=request.user, institution=institution, **form.cleaned_data)  # type: ignore[arg-type]
        except DomainError as error:
            to_form(error, form)
        else:
            messages.success(request, _("If you vouched for this person, it is taken back."))
            return redirect("accounts:desk_people", institution.slug)
    before = whole_number(request.GET.get("before", ""))
    rows = list(facts_pages.vouched_by(institution, before=before)[: SHOWN + 1])
    context = {
        "institution": institution,
        "form": form,
        "facts": [(fact, badges.title_of(fact), name) for fact, name in facts_pages.with_names(rows[:SHOWN])],
        "next_before": rows[SHOWN - 1].pk if len(rows) > SHOWN else None,
        "now": timezone.now(),
    }
    return render(request, "accounts/desk/people.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def revoke(request: HttpRequest, institution: Institution, pk: int) -> HttpResponse:
    """Take one fact back, with a reason."""
    fact = get_object_or_404(facts_pages.vouched_by(institution), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            vouching.take_back(actor=request.user, fact=fact, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        except DomainError as error:
            to_form(error, form)
        else:
            messages.success(request, _("Taken back."))
            return redirect("accounts:desk_people", institution.slug)
    [(_fact, name)] = facts_pages.with_names([fact])
    context = {"institution": institution, "fact": fact, "title": badges.title_of(fact), "name": name, "form": form}
    return render(request, "accounts/desk/revoke.html", context, status=422 if form.errors else 200)

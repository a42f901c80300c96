"""Founding a circle, and changing what it says about itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from circles import queries, rules
from circles.actions import circles, foundings
from circles.forms import CircleForm
from circles.models import Founding, PostPhoto
from circles.views.access import circle_or_404, membership_of, signed_in
from core.errors import ALLOWED, DomainError, Invalid
from core.media import pictures
from core.models import Picture
from core.numbers import ID_MAX, whole_number

PICTURES = ("avatar", "cover")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    decision = rules.can_found(request.user, owned=queries.owned_count(request.user))
    if request.method != "POST":
        if not decision:
            return render(request, "circles/create.html", {"decision": decision}, status=403)
        form = CircleForm(initial=_said_before(request))
        return render(request, "circles/create.html", {"form": form, "decision": decision})
    form = CircleForm(request.POST, request.FILES)
    kept = _take_in(request, form) if decision else {}
    if form.is_valid():
        try:
            founding = foundings.apply(applicant=request.user, wanted=_wanted(form, kept))
        except DomainError as error:
            _explain(form, error)
        else:
            if (circle := founding.circle) is None:
                messages.success(request, _("Sent. We look at it and tell you."))
                return redirect("circles:founding", founding.pk)
            messages.success(request, _("Here it is: your circle No. %(number)s.") % {"number": circle.number})
            return redirect(circle)
    return _again(request, "circles/create.html", form, kept, {"decision": ALLOWED})


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The circles one asked for, and what became of it."""
    rows = Founding.objects.visible_to(request.user).select_related("circle", "category").order_by("-id")[:50]
    return render(request, "circles/foundings.html", {"foundings": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def founding(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: what was asked and decided; changed or withdrawn while it waits."""
    rows = Founding.objects.visible_to(request.user).select_related("circle", "category", "avatar", "cover")
    found = rows.filter(pk=pk).first() if pk <= ID_MAX else None
    if found is None:
        raise Http404
    if request.method == "POST" and "withdraw" in request.POST:
        if foundings.withdraw(founding=found):
            messages.success(request, pgettext("an application", "Taken back."))
        return redirect("circles:founding", found.pk)
    if not found.is_waiting:
        return render(request, "circles/founding.html", {"founding": found, "again": str(found.pk)})
    if request.method != "POST":
        form = CircleForm(initial=_said(found))
        return render(request, "circles/founding.html", {"founding": found, "form": form, "circle": found})
    form = CircleForm(request.POST, request.FILES)
    kept = _take_in(request, form)
    if form.is_valid():
        try:
            foundings.change(applicant=request.user, founding=found, wanted=_wanted(form, kept))
        except DomainError as error:
            _explain(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("circles:founding", found.pk)
    return _again(request, "circles/founding.html", form, kept, {"founding": found, "circle": found})


def _said(founding: Founding) -> dict[str, Any]:
    names = ("name", "purpose", "intro", "rules", "category", "slug", "visibility", "entry")
    return {name: getattr(founding, name) for name in names}


def _said_before(request: HttpRequest) -> dict[str, Any]:
    """What stood in the application one asks anew for (?again=), to be changed instead of typed again."""
    pk = whole_number(request.GET.get("again", ""))
    rows = Founding.objects.visible_to(request.user).select_related("category").filter(applicant=request.user, pk=pk)
    found = rows.first() if pk else None
    return _said(found) if found is not None else {}


def _wanted(form: CircleForm, kept: dict[str, Picture]) -> foundings.Wanted:
    names = ("name", "intro", "rules", "category", "slug", "visibility", "entry")
    said = {name: form.cleaned_data[name] for name in names}
    return foundings.Wanted(purpose=form.cleaned_data.get("purpose", ""), **said, **kept)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    circle = circle_or_404(request, slug)
    mine = membership_of(request, circle.pk)
    rules.can_edit_circle(request.user, mine).require()
    is_owner = bool(rules.can_manage(request.user, mine))
    if request.method != "POST":
        names = ("name", "intro", "rules", "category", "masks_authors")
        form = CircleForm(circle=circle, is_owner=is_owner, initial={name: getattr(circle, name) for name in names})
        return render(request, "circles/edit.html", {"circle": circle, "form": form})
    form = CircleForm(request.POST, request.FILES, circle=circle, is_owner=is_owner)
    kept = _take_in(request, form)
    if form.is_valid():
        names = ("name", "intro", "rules", "category", "masks_authors")
        fields = {name: form.cleaned_data[name] for name in names if name in form.fields}
        try:
            circles.update(actor=request.user, circle=circle, **fields, **kept)
        except DomainError as error:
            _explain(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(circle)
    return _again(request, "circles/edit.html", form, kept, {"circle": circle})


def _take_in(request: HttpRequest, form: CircleForm) -> dict[str, Picture]:
    """The pictures of the form, chosen now or taken in with an earlier try. A bad one becomes an error of its field."""
    taken: dict[str, Picture] = {}
    for name in PICTURES:
        upload = request.FILES.get(name)
        if isinstance(upload, UploadedFile):
            try:
                taken[name] = pictures.take_in(owner_id=request.user.pk, upload=upload, field=name)
            except Invalid as error:
                form.add_error(name, str(error))
        elif earlier := _earlier(request, request.POST.get(f"{name}_kept", "")):
            taken[name] = earlier
    return taken


def _earlier(request: HttpRequest, key: str) -> Picture | None:
    """A picture this person sent with an earlier try and nothing shows yet."""
    try:
        mine = Picture.objects.filter(owner=request.user, key=UUID(hex=key))
    except ValueError:
        return None
    return mine.exclude(pk__in=PostPhoto.objects.values("picture")).first()


def _explain(form: CircleForm, error: DomainError) -> None:
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(error))


def _again(
    request: HttpRequest, template: str, form: CircleForm, kept: dict[str, Picture], context: dict[str, Any]
) -> HttpResponse:
    """The same page with everything typed, the good pictures, and what is wrong."""
    return render(request, template, {**context, "form": form, "kept": kept}, status=422)

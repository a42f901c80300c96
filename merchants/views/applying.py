"""Asking for a fan page."""

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rules import can_write
from circles.models import PostPhoto
from circles.views.access import signed_in
from core.errors import DomainError, Invalid
from core.media import pictures
from core.models import Picture
from merchants.actions import applications
from merchants.forms import ApplicationForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def apply(request: HttpRequest) -> HttpResponse:
    """The application. Whatever is wrong, what was typed and the logo stay."""
    decision = can_write(request.user)
    if not decision:
        return render(request, "merchants/apply.html", {"decision": decision}, status=403)
    if request.method != "POST":
        return render(request, "merchants/apply.html", {"decision": decision, "form": ApplicationForm()})
    form = ApplicationForm(request.POST, request.FILES)
    logo = _take_in_logo(request, form)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("name", "licence_number", "intro", "category")}
        try:
            merchant = applications.apply(applicant=request.user, logo=logo, **said)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Thank you. We will look at it and tell you here."))
            return redirect(merchant)
    return render(request, "merchants/apply.html", {"decision": decision, "form": form, "logo": logo}, status=422)


def _take_in_logo(request: HttpRequest, form: ApplicationForm) -> Picture | None:
    """The logo chosen now, or the one an earlier try brought. A bad one becomes an error of its field."""
    upload = request.FILES.get("logo")
    if isinstance(upload, UploadedFile):
        try:
            return pictures.take_in(owner_id=request.user.pk, upload=upload, field="logo")
        except Invalid as error:
            form.add_error("logo", str(error))
            return None
    try:
        mine = Picture.objects.filter(owner=request.user, key=UUID(hex=request.POST.get("logo_kept", "")))
    except ValueError:
        return None
    return mine.exclude(pk__in=PostPhoto.objects.values("picture")).first()

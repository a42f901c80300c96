"""My data: taking it along, and leaving."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import closing, data, sessions
from accounts.models import DataExport, ExportState, Words
from accounts.portability import shares
from core.errors import Refused


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What can be taken along, what is kept, and the way out."""
    exports = DataExport.objects.filter(user=request.user).exclude(state=ExportState.GONE).order_by("-created_at")
    context = {
        "exports": [one for one in exports if one.state == ExportState.WAITING or one.is_ready],
        "keep_days": settings.EXPORT_KEEP_DAYS,
        "closing_days": settings.CLOSING_DAYS,
        "closing_at": request.user.closing_at,
    }
    return render(request, "accounts/data.html", context)


@login_required
@require_POST
@reauthentication_required
def request_export(request: HttpRequest) -> HttpResponse:
    data.request_export(user=request.user)
    messages.success(request, _("We are putting it together. You get a mail when it is ready."))
    return HttpResponseRedirect(reverse("accounts:data"))


@never_cache
@login_required
@require_safe
@reauthentication_required
def download(request: HttpRequest, export_id: UUID) -> FileResponse:
    export, file = data.open_export(user=request.user, export_id=export_id)
    response = FileResponse(file, as_attachment=True, filename=f"quanzi-{export.created_at:%Y-%m-%d}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_POST
def delete_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    data.delete_export(user=request.user, export_id=export_id)
    messages.success(request, _("The file is deleted."))
    return HttpResponseRedirect(reverse("accounts:data"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def close(request: HttpRequest) -> HttpResponse:
    """What closing means, what has to be handed over first, and the button."""
    error = ""
    if request.method == "POST":
        try:
            closing.ask(user=request.user, words=request.POST.get("words", ""))
        except Refused as refused:
            error = str(refused)
        else:
            sessions.end_others(user=request.user, current=request.session.session_key or "")
            return HttpResponseRedirect(reverse("accounts:data"))
    context = {
        "hurdles": closing.hurdles(request.user),
        "choices": Words.choices,
        "keeps": [kept for share in shares() for kept in share.keeps],
        "closing_days": settings.CLOSING_DAYS,
        "error": error,
    }
    return render(request, "accounts/close.html", context, status=403 if error else 200)


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    closing.take_back(user=request.user)
    messages.success(request, _("Good to have you. Your account stays as it is."))
    return HttpResponseRedirect(reverse("accounts:data"))

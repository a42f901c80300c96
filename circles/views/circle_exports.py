"""Taking a circle along, for its owner."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import ExportState
from circles import rules
from circles.actions import circle_exports
from circles.models import CircleExport
from circles.views.access import circle_or_404, membership_of, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in it, what lies ready, and the button."""
    circle = circle_or_404(request, slug)
    rules.can_manage(request.user, membership_of(request, circle.pk)).require()
    if request.method == "POST":
        circle_exports.request_export(actor=request.user, circle=circle)
        messages.success(request, _("We are putting it together. You get a mail when it is ready."))
        return redirect("circles:circle_export", circle.slug)
    rows = CircleExport.objects.filter(circle=circle).exclude(state=ExportState.GONE).order_by("-created_at")
    context = {
        "circle": circle,
        "exports": [one for one in rows if one.state == ExportState.WAITING or one.is_ready],
        "keep_days": settings.EXPORT_KEEP_DAYS,
    }
    return render(request, "circles/export.html", context)


@never_cache
@require_safe
@signed_in
def download(request: HttpRequest, slug: str, export_id: UUID) -> FileResponse:
    circle = circle_or_404(request, slug)
    export, file = circle_exports.open_export(actor=request.user, circle=circle, export_id=export_id)
    name = f"quanzi-{circle.slug}-{export.created_at:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

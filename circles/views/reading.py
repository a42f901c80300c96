from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from circles import queries
from circles.actions import reading
from circles.views.access import signed_in
from core.http import go_back
from core.pagination import decode_cursor


@require_POST
@signed_in
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """All up to the place `to` is read; without one, all there is. To scripts: where the place was before."""
    circle = queries.visible_circle(slug, request.user)
    if circle is None:
        raise Http404
    place = decode_cursor(request.POST.get("to"), kinds=(datetime, int))
    before = reading.read(reader=request.user, circle=circle, to=place[0] if place else timezone.now())
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"before": before and before.isoformat()})
    return go_back(request, default=circle.get_absolute_url(), message=_("Marked as read."))

"""Photos on their way: sent one by one while the words are still being written."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from circles.actions import drafts
from circles.models import Circle
from circles.views.access import signed_in
from circles.views.photos import problem, tile
from core.errors import Invalid
from core.http import go_back


@require_POST
@signed_in
def add_photo(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take in one photo (`photo`) for a draft; answers its tile, or 422 and a sentence that names the file."""
    upload = request.FILES.get("photo")
    if upload is None:
        return problem(_("There was no photo in what arrived. Please choose it again."))
    circle = Circle.objects.visible_to(request.user).filter(slug=request.GET.get("circle", "")).first()
    try:
        picture = drafts.add_photo(author=request.user, draft_id=draft_id, circle=circle, upload=upload)
    except Invalid as error:
        return problem(str(error))
    return render(request, "components/_photo_tile.html", {"photo": tile(picture)})


@require_POST
@signed_in
def remove_photo(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponse:
    """Take one photo out of a draft; taking it out again changes nothing."""
    try:
        picture_key = UUID(hex=key)
    except ValueError:
        raise Http404 from None
    drafts.remove_photo(author=request.user, draft_id=draft_id, picture_key=picture_key)
    return HttpResponse(status=204) if request.htmx else go_back(request, default=reverse("circles:compose_anywhere"))


@require_POST
@signed_in
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    drafts.discard(author=request.user, draft_id=draft_id)
    message = _("The unfinished post is gone.")
    return go_back(request, default=reverse("circles:compose_anywhere"), message=message)

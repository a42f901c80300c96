"""Photos on their way: sent one by one while the words are still being written."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from circles import queries
from circles.actions import drafts, scheduling
from circles.models import PostKind
from circles.views.access import signed_in
from circles.views.composing import KIND_LABELS, save_draft, typed_by
from circles.views.photos import carried, photo_texts, problem, tile
from core.errors import DomainError, Invalid
from core.http import go_back
from core.text.render import without_marks


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What one began and did not send, and what publishes itself."""
    rows = queries.my_drafts(viewer=request.user)
    shown = [
        {
            "draft": row,
            "label": KIND_LABELS.get(PostKind(row.kind), ""),
            "start": Truncator(without_marks(row.body)).chars(120),
            "photos": row.photos.all(),
        }
        for row in rows
    ]
    context = {
        "scheduled": [row for row in shown if row["draft"].publish_at],
        "has_held": queries.has_own_held(request.user),
        "unfinished": [row for row in shown if not row["draft"].publish_at],
    }
    return render(request, "circles/drafts.html", context)


@require_POST
@signed_in
def autosave(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Keep what stands in the composer by now. Answers 204, or 4xx and a sentence."""
    circle = queries.visible_circle(request.GET.get("circle", ""), request.user)
    try:
        save_draft(request, draft_id, circle, typed_by(request))
        drafts.arrange(author=request.user, draft_id=draft_id, keys=carried(request), texts=photo_texts(request))
    except DomainError as error:
        return HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@signed_in
def unschedule(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Have a scheduled post wait for its author again."""
    scheduling.unschedule(author=request.user, draft_id=draft_id)
    return go_back(request, default=reverse("circles:drafts"), message=_("It waits among your drafts again."))


@require_POST
@signed_in
def add_photo(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take in one photo (`photo`) for a draft; answers its tile, or 422 and a sentence that names the file."""
    upload = request.FILES.get("photo")
    if upload is None:
        return problem(_("There was no photo in what arrived. Please choose it again."))
    circle = queries.visible_circle(request.GET.get("circle", ""), request.user)
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

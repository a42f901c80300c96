"""What every composer shares: the photos a form brings settle into a draft, and the page shows what the draft holds."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from circles import queries
from circles.actions import drafts
from circles.models import Circle, Draft
from circles.views.photos import carried, tile
from core.errors import Invalid


def settle_photos(request: HttpRequest, draft_id: UUID, circle: Circle) -> list[str]:
    """Make the draft hold the photos the form carries and those sent with it; one sentence for each that it cannot."""
    listed = set(carried(request))
    kept = 0
    for photo in queries.draft_photos(viewer=request.user, draft_id=draft_id):
        if photo.key in listed:
            kept += 1
        else:
            drafts.remove_photo(author=request.user, draft_id=draft_id, picture_key=photo.key)
    problems: list[str] = []
    for upload in request.FILES.getlist("photo"):
        if not isinstance(upload, UploadedFile):
            continue
        if kept >= settings.PHOTOS_PER_POST:
            problems.append(
                _("A post holds %(most)s photos: “%(name)s” was left out.")
                % {"most": settings.PHOTOS_PER_POST, "name": upload.name}
            )
            continue
        try:
            drafts.add_photo(author=request.user, draft_id=draft_id, circle=circle, upload=upload)
        except Invalid as error:
            problems.append(str(error))
        else:
            kept += 1
    return problems


def composer(
    request: HttpRequest,
    draft_id: UUID,
    words: str,
    *,
    error: str = "",
    problems: list[str] | None = None,
    unfinished: Draft | None = None,
) -> dict[str, Any]:
    """What a page with components/_composer.html needs."""
    return {
        "draft_id": draft_id,
        "words": words,
        "error": error,
        "problems": problems or [],
        "photos": [tile(photo) for photo in queries.draft_photos(viewer=request.user, draft_id=draft_id)],
        "unfinished": unfinished,
        "max_length": settings.POST_MAX_LENGTH,
        "max_photos": settings.PHOTOS_PER_POST,
        "max_bytes": settings.PICTURE_MAX_BYTES,
    }


def key_of(text: str | None) -> UUID | None:
    """The draft a form or an address names; None for what is no key."""
    try:
        return UUID(text or "")
    except ValueError:
        return None

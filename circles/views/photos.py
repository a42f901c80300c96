"""Photos between a form and the server: what tiles show, and which of them a form still carries."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from core.models import Picture


def tile(picture: Picture) -> dict[str, str]:
    """What components/_photo_tile.html shows."""
    return {"id": picture.key.hex, "thumb_url": picture.thumb_url}


def problem(message: str) -> HttpResponse:
    """What the photo picker shows on the tile that failed."""
    return HttpResponse(message, status=422, content_type="text/plain; charset=utf-8")


def carried(request: HttpRequest) -> list[UUID]:
    """The keys of the photos a form still carries, in its order, without those ticked for removal."""
    removed = set(request.POST.getlist("remove_photos"))
    found: dict[UUID, None] = {}
    for text in request.POST.getlist("photos"):
        if text in removed:
            continue
        try:
            found.setdefault(UUID(hex=text))
        except ValueError:
            continue
    return list(found)

"""Photos between a form and the server: what tiles show, and which of them a form still carries."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from circles.composition import FIELD_MAX
from circles.kinds import PhotoText
from core.models import Picture


def tile(picture: Picture, said: Any = None) -> dict[str, str]:
    """What components/_photo_tile.html shows; `said` has the caption and the alt text."""
    return {
        "id": picture.key.hex,
        "thumb_url": picture.thumb_url,
        "caption": said.caption if said else "",
        "alt": said.alt if said else "",
    }


def photo_texts(request: HttpRequest) -> dict[UUID, PhotoText]:
    """What the form says of the photos it carries."""
    sent = request.POST
    return {
        key: PhotoText(sent.get(f"caption-{key.hex}", "")[:FIELD_MAX], sent.get(f"alt-{key.hex}", "")[:FIELD_MAX])
        for key in carried(request)
    }


def moved(request: HttpRequest) -> list[UUID]:
    """The photos the form carries, with the one that `move` names ("<key>:-1") put a place further."""
    keys = carried(request)
    name, _colon, step = request.POST.get("move", "").partition(":")
    at = next((place for place, key in enumerate(keys) if key.hex == name), None)
    if at is not None and step in ("-1", "1") and 0 <= at + int(step) < len(keys):
        keys.insert(at + int(step), keys.pop(at))
    return keys


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

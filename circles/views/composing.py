"""What every composer shares: the photos a form brings settle into a draft, and the page shows what the draft holds."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from circles import queries
from circles.actions import drafts
from circles.composition import SWITCHES, TEXTS, Fields, fields_of, kind_of
from circles.kinds import COMPOSED, OPTIONS_MAX, TITLED
from circles.models import Circle, Draft, PostKind, ResultsShown
from circles.views.photos import carried, moved, photo_texts, tile
from core.errors import Invalid
from core.text.clean import clean, clean_line

OPTIONS_SHOWN, OPTIONS_MORE = 3, 2
KIND_LABELS = {
    PostKind.POST: pgettext_lazy("kind of post", "Post"),
    PostKind.QUESTION: _lazy("Question"),
    PostKind.POLL: _lazy("Poll"),
    PostKind.EVENT: _lazy("Event"),
    PostKind.ARTICLE: _lazy("Article"),
}
KIND_ICONS = {
    PostKind.POST: "square-pen",
    PostKind.QUESTION: "circle-question-mark",
    PostKind.POLL: "vote",
    PostKind.EVENT: "calendar-days",
    PostKind.ARTICLE: "newspaper",
}
ZONES = (
    *("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Urumqi", "Asia/Tokyo", "Asia/Seoul", "Asia/Singapore"),
    *("Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai", "Europe/Moscow", "Europe/Berlin", "Europe/Paris", "Europe/London"),
    *("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney", "UTC"),
)
"""Offered to choose from; over the API any zone is taken."""


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
    drafts.arrange(author=request.user, draft_id=draft_id, keys=moved(request), texts=photo_texts(request))
    return problems


@dataclass(frozen=True)
class Typed:
    """What a form holds, or a draft: cleaned, not yet checked."""

    kind: str = PostKind.POST
    title: str = ""
    words: str = ""
    fields: Fields = field(default_factory=dict)


def typed_by(request: HttpRequest) -> Typed:
    sent = request.POST
    return Typed(
        kind=kind_of(sent.get("kind")),
        title=clean_line(sent.get("title", "")),
        words=clean(sent.get("body", "")),
        fields=fields_of({name: sent.get(name, "") for name in (*TEXTS, *SWITCHES)}, sent.getlist("option")),
    )


def with_more_options(typed: Typed) -> Typed:
    """With room for further options, as far as a poll may have them."""
    options = [*typed.fields.get("options", []), *[""] * OPTIONS_MORE][:OPTIONS_MAX]
    return replace(typed, fields={**typed.fields, "options": options})


def typed_in(draft: Draft) -> Typed:
    return Typed(kind=kind_of(draft.kind), title=draft.title, words=draft.body, fields=draft.fields)


def save_draft(request: HttpRequest, draft_id: UUID, circle: Circle | None, typed: Typed) -> Draft:
    """As `drafts.save`."""
    return drafts.save(
        author=request.user,
        draft_id=draft_id,
        circle=circle,
        body=typed.words,
        kind=typed.kind,
        title=typed.title,
        fields=typed.fields,
    )


def kind_fields(typed: Typed, circle: Circle, *, errors: dict[str | None, str]) -> dict[str, Any]:
    """What the fields beside the words show; `errors`: name of the field → what is wrong with it."""
    kinds = [kind for kind in COMPOSED if kind != PostKind.EVENT or not circle.masks_authors]
    options = typed.fields.get("options", [])
    return {
        "kind": typed.kind,
        "kinds": [{"value": kind, "label": KIND_LABELS[kind], "icon": KIND_ICONS[kind]} for kind in kinds],
        "title": typed.title,
        "is_titled": typed.kind in TITLED,
        "fields": typed.fields,
        "options": [*options, *[""] * (OPTIONS_SHOWN - len(options))],
        "has_room": len(options) < OPTIONS_MAX,
        "results_choices": ResultsShown.choices,
        "zones": zones(typed.fields.get("zone", "")),
        "errors": errors,
    }


def zones(chosen: str) -> list[tuple[str, bool]]:
    """(time zone, chosen?), the site's first."""
    names = list(dict.fromkeys([settings.TIME_ZONE, *ZONES, *([chosen] if chosen else [])]))
    return [(name, name == (chosen or settings.TIME_ZONE)) for name in names]


def composer(
    request: HttpRequest,
    draft_id: UUID,
    words: str,
    *,
    error: str = "",
    problems: list[str] | None = None,
    unfinished: Draft | None = None,
    max_length: int = 0,
) -> dict[str, Any]:
    """What a page with components/_composer.html needs."""
    return {
        "draft_id": draft_id,
        "words": words,
        "error": error,
        "problems": problems or [],
        "photos": [
            tile(photo.picture, photo) for photo in queries.draft_photo_rows(viewer=request.user, draft_id=draft_id)
        ],
        "unfinished": unfinished,
        "max_length": max_length or settings.POST_MAX_LENGTH,
        "max_photos": settings.PHOTOS_PER_POST,
        "max_bytes": settings.PICTURE_MAX_BYTES,
    }


def key_of(text: str | None) -> UUID | None:
    """The draft a form or an address names; None for what is no key."""
    try:
        return UUID(text or "")
    except ValueError:
        return None

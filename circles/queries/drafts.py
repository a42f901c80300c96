"""What somebody began to write."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from circles.models import Draft, DraftPhoto
from core.models import Picture
from core.prepared import Prepared

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


DRAFTS_SHOWN = 100


def draft_photos(viewer: "Person", draft_id: UUID) -> list[Picture]:
    """The photos of the viewer's own draft, in their order. Queries: 1."""
    return [photo.picture for photo in draft_photo_rows(viewer, draft_id)]


def draft_photo_rows(viewer: "Person", draft_id: UUID) -> list[DraftPhoto]:
    """The same with what is said of them. Queries: 1."""
    photos = DraftPhoto.objects.filter(draft_id=draft_id, draft__author_id=viewer.pk)
    return list(photos.select_related("picture").order_by("position", "id"))


def my_drafts(viewer: "Person", *, limit: int = DRAFTS_SHOWN) -> list[Draft]:
    """What the viewer began and did not send: those that publish themselves first, by their time, then the last
    touched. Queries: 2."""
    rows: list[Draft] = _my_drafts.instances(viewer=viewer.pk)[:limit]
    prefetch_related_objects(rows, Prefetch("photos", DraftPhoto.objects.select_related("picture")))
    return rows


def unfinished_draft(viewer: "Person") -> Draft | None:
    """What the viewer last began and did not send, if there is anything in it. Queries: 1."""
    drafts = Draft.objects.filter(author_id=viewer.pk, publish_at=None).filter(_is_begun())
    return drafts.select_related("circle").order_by("-updated_at").first()


def _is_begun() -> Q:
    """Is there anything in the draft?"""
    has_photos = Exists(DraftPhoto.objects.filter(draft=OuterRef("pk")))
    return ~Q(body="") | ~Q(title="") | ~Q(fields={}) | Q(has_photos)


def _begun(author_id: int) -> "QuerySet[Draft]":
    drafts = Draft.objects.filter(author_id=author_id).filter(_is_begun())
    return drafts.order_by(F("publish_at").asc(nulls_last=True), "-updated_at").select_related("circle__avatar")


_my_drafts = Prepared(lambda any_: _begun(any_.viewer)[:DRAFTS_SHOWN], "viewer")

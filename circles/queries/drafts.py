"""What somebody began to write."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from circles.models import Draft, DraftPhoto
from core.models import Picture

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


def draft_photos(viewer: "Person", draft_id: UUID) -> list[Picture]:
    """The photos of the viewer's own draft, in their order. Queries: 1."""
    return [photo.picture for photo in draft_photo_rows(viewer, draft_id)]


def draft_photo_rows(viewer: "Person", draft_id: UUID) -> list[DraftPhoto]:
    """The same with what is said of them. Queries: 1."""
    photos = DraftPhoto.objects.filter(draft_id=draft_id, draft__author_id=viewer.pk)
    return list(photos.select_related("picture").order_by("position", "id"))


def my_drafts(viewer: "Person", *, limit: int = 100) -> list[Draft]:
    """What the viewer began and did not send: those that publish themselves first, by their time, then the last
    touched. Queries: 2."""
    drafts = Draft.objects.filter(author_id=viewer.pk).filter(_is_begun())
    in_order = drafts.order_by(F("publish_at").asc(nulls_last=True), "-updated_at")
    photos = Prefetch("photos", DraftPhoto.objects.select_related("picture"))
    return list(in_order.select_related("circle__avatar").prefetch_related(photos)[:limit])


def unfinished_draft(viewer: "Person") -> Draft | None:
    """What the viewer last began and did not send, if there is anything in it. Queries: 1."""
    drafts = Draft.objects.filter(author_id=viewer.pk, publish_at=None).filter(_is_begun())
    return drafts.select_related("circle").order_by("-updated_at").first()


def _is_begun() -> Q:
    """Is there anything in the draft?"""
    has_photos = Exists(DraftPhoto.objects.filter(draft=OuterRef("pk")))
    return ~Q(body="") | ~Q(title="") | ~Q(fields={}) | Q(has_photos)

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.utils import timezone
from PIL import Image

from core.jobs import enqueue, job
from core.jobs.schedule import once_per_slot
from core.media import imaging
from core.models import Picture, PictureState

ORPHAN_DAYS = 1
"""How long a picture may stay unattached: the time between choosing a photo and sending the form."""
ORPHANS_AT_ONCE = 500


@job(queue="media", transactional=False)
def make_picture_sizes(job: Any, *, picture_id: int) -> None:
    """Make the card and thumb of a picture. A second run writes the same files again."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None:
        return
    with default_storage.open(picture.path(Picture.Size.LARGE)) as source, Image.open(source) as image:
        image.load()
        sizes = {Picture.Size.CARD: imaging.card(image), Picture.Size.THUMB: imaging.thumb(image)}
    for size, data in sizes.items():
        _write(picture.path(size), data)
    Picture.objects.filter(pk=picture_id).update(state=PictureState.READY)


@shared_task(name="core.purge_pictures")
def purge_pictures() -> None:
    """Once a day: have what nobody attached removed."""
    once_per_slot("core.purge_orphan_pictures", timedelta(days=1))


@job(queue="bulk")
def purge_orphan_pictures(job: Any) -> None:
    """Remove some pictures that nothing shows, and leave the rest and the files to jobs of their own.

    A picture is locked before it is looked at again, so one attached at this very moment stays: whoever
    attaches it locks it too, or holds its key.
    """
    before = timezone.now() - timedelta(days=ORPHAN_DAYS)
    candidates = list(
        orphan_pictures()
        .filter(created_at__lt=before)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")
        .values_list("pk", flat=True)[:ORPHANS_AT_ONCE]
    )
    still = orphan_pictures().filter(pk__in=candidates)
    keys = {pk: key.hex for pk, key in still.values_list("pk", "key")}
    Picture.objects.filter(pk__in=list(keys)).delete()
    if keys:
        enqueue("core.delete_picture_files", keys=list(keys.values()))
    if len(candidates) == ORPHANS_AT_ONCE:
        enqueue("core.purge_orphan_pictures")


@job(queue="bulk", transactional=False)
def delete_picture_files(job: Any, *, keys: list[str]) -> None:
    """Delete the files of pictures that are no more; what is gone already is passed over."""
    for key in keys:
        picture = Picture(key=UUID(key))
        for size in Picture.Size:
            default_storage.delete(picture.path(size))


def orphan_pictures() -> "QuerySet[Picture]":
    """Pictures no row of any app points to. Every foreign key to Picture counts, so a new one needs no change here."""
    pictures = Picture.objects.all()
    for relation in Picture._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            model: Any = relation.related_model
            pictures = pictures.filter(~Exists(model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
    return pictures


def _write(path: str, data: bytes) -> None:
    default_storage.delete(path)
    saved = default_storage.save(path, ContentFile(data))
    if saved != path:
        # The same job ran at the same time and was faster; its file is the same.
        default_storage.delete(saved)

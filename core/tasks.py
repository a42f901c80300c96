from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from core.jobs import job
from core.media import imaging
from core.models import Picture, PictureState


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
        path = picture.path(size)
        default_storage.delete(path)
        default_storage.save(path, ContentFile(data))
    Picture.objects.filter(pk=picture_id).update(state=PictureState.READY)

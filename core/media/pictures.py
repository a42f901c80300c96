"""Taking in uploaded pictures."""

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from core.errors import Invalid
from core.jobs import enqueue
from core.media import imaging
from core.media.models import Picture


def rebuilt(upload: UploadedFile, *, field: str = "photo") -> Image.Image:
    """The pixels of an upload, and nothing else of it. Raises `Invalid` as `take_in` does."""
    name = upload.name or ""
    if (upload.size or 0) > settings.PICTURE_MAX_BYTES:
        raise Invalid(
            "picture_too_heavy",
            _("“%(name)s” is larger than %(most)s MB.") % {"name": name, "most": settings.PICTURE_MAX_BYTES // 1024**2},
            field=field,
        )
    try:
        return imaging.rebuild(upload, max_pixels=settings.PICTURE_MAX_PIXELS)
    except imaging.TooManyPixels as error:
        raise Invalid(
            "picture_too_large",
            _("“%(name)s” has %(pixels)s megapixels; at most %(most)s fit here. Please make it smaller.")
            % {
                "name": name,
                "pixels": f"{error.pixels / 1e6:.0f}",
                "most": settings.PICTURE_MAX_PIXELS // 1_000_000,
            },
            field=field,
        ) from error
    except imaging.NotAPicture as error:
        raise Invalid(
            "not_a_picture",
            _("“%(name)s” is no JPEG, PNG or WebP picture, or it is damaged.") % {"name": name},
            field=field,
        ) from error


def take_in(*, owner_id: int, upload: UploadedFile, field: str = "photo") -> Picture:
    """Check and rebuild an upload, store its large size, and have workers make the others.

    Decodes and writes a file, so call it outside a transaction. Raises `Invalid` with code
    `picture_too_heavy`, `picture_too_large` or `not_a_picture`.
    """
    image = rebuilt(upload, field=field)
    data = imaging.encode(image)
    picture = Picture(owner_id=owner_id, width=image.width, height=image.height, byte_count=len(data))
    default_storage.save(picture.path(Picture.Size.LARGE), ContentFile(data))
    with transaction.atomic():
        picture.save()
        enqueue("core.make_picture_sizes", picture_id=picture.pk)
    return picture

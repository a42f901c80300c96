import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.models import Job, Picture


@pytest.fixture
def photo():
    """Make a small upload: `photo()`."""

    def make(colour: str = "teal", name: str = "photo.png") -> SimpleUploadedFile:
        out = io.BytesIO()
        Image.new("RGB", (12, 8), colour).save(out, "PNG")
        return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")

    return make


@pytest.fixture
def picture():
    """Make a picture of somebody without its files: `picture(owner)`."""

    def make(owner, **fields) -> Picture:
        return Picture.objects.create(owner=owner, width=12, height=8, byte_count=100, **fields)

    return make


@pytest.fixture
def jobs():
    """The handlers of the jobs written since the last call, in order, but for those of the search index, which follows
    every change: `jobs() == [...]`."""
    seen = 0

    def since() -> list[str]:
        nonlocal seen
        rows = list(Job.objects.filter(pk__gt=seen).order_by("pk"))
        seen = max([seen, *(row.pk for row in rows)])
        return [row.handler for row in rows if not row.handler.startswith("search.")]

    return since

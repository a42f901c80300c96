"""Uploads: what is taken in, what is refused, and what becomes of it."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from circles.models import Draft, DraftPhoto, PostPhoto
from core.errors import Invalid
from core.jobs import worker
from core.media import imaging
from core.media.pictures import take_in
from core.models import Job, JobState, Picture, PictureState
from core.tasks import purge_pictures
from tests.factories import CircleFactory, PostFactory, UserFactory

MOST = 40_000_000


def data_of(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def rebuilt(data: bytes) -> Image.Image:
    return imaging.rebuild(io.BytesIO(data), max_pixels=MOST)


def header_only_png(width: int, height: int) -> bytes:
    """A PNG that announces its size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")


# --- Pixels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(10_000, 5_000), (2**31 - 1, 1), (60_000, 60_000)])
def test_too_many_pixels_are_refused_by_the_header(size, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(imaging.TooManyPixels) as refusal:
        rebuilt(header_only_png(*size))
    assert refusal.value.pixels == size[0] * size[1]


def test_what_is_cut_off_is_no_picture():
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = data_of(noise, kind)
        with pytest.raises(imaging.NotAPicture):
            rebuilt(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just some words",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        header_only_png(0, 10),
        header_only_png(100, 100),
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(imaging.NotAPicture):
        rebuilt(data)


def test_other_formats_are_refused_whatever_they_are_called():
    for kind in ("GIF", "BMP", "TIFF"):
        with pytest.raises(imaging.NotAPicture):
            rebuilt(data_of(Image.new("RGB", (10, 10)), kind))


def test_a_photo_is_turned_upright_and_loses_its_metadata():
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010E] = "my home"
    exif.get_ifd(0x8825)[1] = "N"
    clean = rebuilt(data_of(image, "JPEG", exif=exif.tobytes(), quality=95, icc_profile=b"x" * 200))
    assert clean.size == (20, 40)
    assert clean.getpixel((10, 5))[2] > 200, "the left side is on top now"
    assert not clean.info
    stored = imaging.encode(clean)
    for secret in (b"EXIF", b"my home", b"ICCP", b"GPS"):
        assert secret not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_orientation_does_not_cost_the_picture():
    data = data_of(Image.new("RGB", (40, 20)), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01\x12")
    assert rebuilt(data).size == (40, 20)


@pytest.mark.parametrize(
    ("image", "kind", "colour"),
    [
        (Image.new("CMYK", (50, 50), (255, 0, 0, 0)), "JPEG", (0, 255, 255)),
        (Image.new("L", (50, 50), 128), "PNG", (128, 128, 128)),
        (Image.new("1", (50, 50), 1), "PNG", (255, 255, 255)),
        (Image.new("LA", (50, 50), (0, 0)), "PNG", (255, 255, 255)),
        (Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "WEBP", (255, 255, 255)),
        (Image.new("RGBA", (50, 50), (255, 0, 0, 255)), "PNG", (255, 0, 0)),
        (Image.new("RGB", (50, 50), "lime").convert("P"), "PNG", (0, 255, 0)),
        (Image.new("I;16", (50, 50), 0x8000), "PNG", (128, 128, 128)),
    ],
    ids=lambda value: getattr(value, "mode", None),
)
def test_every_mode_keeps_its_colours(image, kind, colour):
    clean = rebuilt(data_of(image, kind))
    assert clean.mode == "RGB"
    assert max(abs(a - b) for a, b in zip(clean.getpixel((25, 25)), colour, strict=True)) <= 3


def test_an_animation_keeps_its_first_frame():
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    for kind in ("PNG", "WEBP"):
        clean = rebuilt(data_of(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
        assert clean.getpixel((15, 15)) == (255, 0, 0)
        assert getattr(clean, "n_frames", 1) == 1


@pytest.mark.parametrize("size", [(1, 60_000), (60_000, 1), (1, 1), (6000, 4000)])
def test_sides_are_bounded(size):
    clean = rebuilt(data_of(Image.new("RGB", size)))
    assert max(clean.size) <= imaging.LARGE_SIDE
    assert min(clean.size) >= 1
    assert Image.open(io.BytesIO(imaging.thumb(clean))).size == (240, 240)
    assert max(Image.open(io.BytesIO(imaging.card(clean))).size) <= imaging.CARD_SIDE


# --- Uploads -------------------------------------------------------------------------------------


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"not a picture", "not_a_picture", "photo.jpg"),
        (b"", "not_a_picture", "photo.jpg"),
        (header_only_png(10_000, 5_000), "picture_too_large", "50"),
        (b"x" * (20 * 1024 * 1024 + 1), "picture_too_heavy", "20 MB"),
    ],
)
def test_a_refused_upload_leaves_nothing(data, code, words):
    with pytest.raises(Invalid) as refusal:
        take_in(owner_id=UserFactory().pk, upload=upload(data))
    assert refusal.value.code == code
    assert refusal.value.field == "photo"
    assert words in str(refusal.value)
    assert not Picture.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_workers_make_the_sizes_and_twice_is_as_once():
    picture = take_in(owner_id=UserFactory().pk, upload=upload(data_of(Image.effect_noise((900, 600), 50), "JPEG")))
    assert (picture.width, picture.height, picture.state) == (900, 600, PictureState.PENDING)
    assert default_storage.size(picture.path("large")) == picture.byte_count
    assert not default_storage.exists(picture.path("card"))
    assert worker.drain("media") == 1
    picture.refresh_from_db()
    assert picture.state == PictureState.READY
    files = {size: default_storage.open(picture.path(size)).read() for size in ("card", "thumb")}
    assert Image.open(io.BytesIO(files["card"])).size == (720, 480)

    Job.objects.update(state=JobState.WAITING, run_after=timezone.now())
    assert worker.drain("media") == 1
    assert Job.objects.get().state == JobState.DONE
    assert {size: default_storage.open(picture.path(size)).read() for size in files} == files
    folder = picture.path("card").rsplit("/", 1)[0]
    assert sorted(name for name in default_storage.listdir(folder)[1] if picture.key.hex in name) == [
        f"{picture.key.hex}.{size}.webp" for size in ("card", "large", "thumb")
    ]


@pytest.mark.django_db(transaction=True)
def test_only_old_pictures_that_nothing_shows_are_purged():
    person = UserFactory()

    def picture(days: int = 2) -> Picture:
        made = take_in(owner_id=person.pk, upload=upload(data_of(Image.new("RGB", (20, 20)))))
        Picture.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
        return made

    orphans = [picture(), picture()]
    kept = [picture(days=0), in_post := picture(), in_draft := picture(), face := picture(), cover := picture()]
    PostPhoto.objects.create(post=PostFactory(author=person), picture=in_post)
    DraftPhoto.objects.create(draft=Draft.objects.create(author=person), picture=in_draft)
    UserFactory(avatar=face)
    CircleFactory(cover=cover)

    purge_pictures()
    worker.drain("bulk")
    assert set(Picture.objects.all()) == set(kept)
    assert not Job.objects.filter(queue="bulk").exclude(state=JobState.DONE).exists()
    assert [default_storage.exists(made.path("large")) for made in orphans] == [False, False]
    assert all(default_storage.exists(made.path("large")) for made in kept)

"""Pixels in, clean WebP out. No Django, no database: the same functions serve requests, workers and the demo."""

import io
from contextlib import suppress
from typing import IO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
LARGE_SIDE = 2048
CARD_SIDE = 720
THUMB_SIDE = 240
"""Pixels; large and card bound the longer side, thumb is a centred square."""

# Sizes are checked on the header below; Pillow's own guard would raise on decoding what was let through.
Image.MAX_IMAGE_PIXELS = None


class NotAPicture(ValueError):
    """The bytes are no JPEG, PNG or WebP, or are broken."""


class TooManyPixels(ValueError):
    """The header announces more pixels than allowed; nothing was decoded."""

    def __init__(self, pixels: int) -> None:
        super().__init__(pixels)
        self.pixels = pixels


def rebuild(source: IO[bytes], *, max_pixels: int) -> Image.Image:
    """Decode, turn upright, shrink to LARGE_SIDE, and keep nothing but pixels (RGB).

    Raises `NotAPicture` or `TooManyPixels`. Animated pictures keep their first frame; what is see-through
    becomes white.
    """
    try:
        with Image.open(source, formats=FORMATS) as image:
            pixels = image.width * image.height
            if pixels > max_pixels:
                raise TooManyPixels(pixels)
            # A JPEG can be decoded at a fraction of its size, in a fraction of the time.
            image.draft("RGB", (LARGE_SIDE, LARGE_SIDE))
            image.load()
            flat = _flatten(image)
            # A broken orientation tag must not cost the picture.
            with suppress(Exception):
                flat = ImageOps.exif_transpose(_with_orientation(flat, image))
            return _bare(flat)
    except TooManyPixels:
        raise
    except Exception as error:
        # Whatever a decoder makes of hostile bytes (struct.error, KeyError, zlib.error …): it is no picture.
        raise NotAPicture(f"{type(error).__name__}: {error}") from error


def _flatten(image: Image.Image) -> Image.Image:
    """RGB on white, at most LARGE_SIDE pixels. Colours are converted first: palettes cannot be resampled."""
    if image.mode.startswith("I"):
        # 16 bits of grey; Pillow's own conversion would cut off everything above 255 as white.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        _shrink(image)
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        return flat
    image = image.convert("RGB")
    _shrink(image)
    return image


def _shrink(image: Image.Image) -> None:
    image.thumbnail((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _with_orientation(flat: Image.Image, source: Image.Image) -> Image.Image:
    """`flat` with the orientation of `source` as its only tag."""
    turned = flat.copy()
    turned.info.clear()
    turned.getexif()[0x0112] = source.getexif().get(0x0112, 1)
    return turned


def _bare(image: Image.Image) -> Image.Image:
    """The pixels in a fresh image that carries no info of the old one."""
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    return fresh


def encode(image: Image.Image, *, quality: int = 84, effort: int = 3) -> bytes:
    """WebP bytes; `effort` 0–6 trades time for size."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=effort)
    return out.getvalue()


def card(image: Image.Image, *, effort: int = 3) -> bytes:
    small = image.copy()
    small.thumbnail((CARD_SIDE, CARD_SIDE), Image.Resampling.LANCZOS)
    return encode(small, quality=80, effort=effort)


def thumb(image: Image.Image, *, effort: int = 3) -> bytes:
    square = ImageOps.fit(image, (THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    return encode(square, quality=78, effort=effort)

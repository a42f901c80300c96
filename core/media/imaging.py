"""Pixels in, clean WebP out. No Django, no database: the same functions serve requests, workers and the demo."""

import io
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

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

    Raises `NotAPicture` or `TooManyPixels`. Animated pictures keep their first frame.
    """
    try:
        with Image.open(source, formats=FORMATS) as image:
            pixels = image.width * image.height
            if pixels > max_pixels:
                raise TooManyPixels(pixels)
            image.draft("RGB", (LARGE_SIDE, LARGE_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            return _flatten(upright, LARGE_SIDE)
    except TooManyPixels:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise NotAPicture(str(error)) from error


def _flatten(image: Image.Image, side: int) -> Image.Image:
    """RGB on white, at most `side` pixels, in a fresh image that carries no info of the old one."""
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        flat = Image.new("RGB", rgba.size, "white")
        flat.paste(rgba, mask=rgba.getchannel("A"))
        return flat
    flat = Image.new("RGB", image.size)
    flat.paste(image.convert("RGB"))
    return flat


def encode(image: Image.Image, *, quality: int = 84) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=3)
    return out.getvalue()


def card(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((CARD_SIDE, CARD_SIDE), Image.Resampling.LANCZOS)
    return encode(small, quality=80)


def thumb(image: Image.Image) -> bytes:
    return encode(ImageOps.fit(image, (THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS), quality=78)

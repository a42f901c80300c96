"""Draws the PNG icons that home screens and notifications ask for; `python -m dev.icons` writes them into static/img/.

The drawing is that of static/img/logo.svg. A maskable icon is cut by the system to its own shape: its ground fills the
square, and the sign stays within the inner four fifths.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"
FROM, TO = (0x3F, 0x97, 0xFF), (0x0D, 0x58, 0xDC)
UNIT = 64
"""The side of the drawing in logo.svg."""
FINE = 4
"""Drawn so many times larger, then made smaller: smooth edges."""
ARCS = ((-64.0, 4.0), (56.0, 124.0), (176.0, 244.0))
"""From and to, in degrees clockwise from the right, on the circle of radius 20."""
DOTS = ((32.0, 12.0), (49.32, 42.0), (14.68, 42.0))


def icon(side: int, *, maskable: bool = False) -> Image.Image:
    large = side * FINE
    image = _ground(large)
    sign = _sign(large, 0.78 if maskable else 1.0)
    image.paste((255, 255, 255), (0, 0), sign)
    image = image.convert("RGBA")
    if not maskable:
        image.putalpha(_rounded(large))
    return image.resize((side, side), Image.Resampling.LANCZOS)


def badge(side: int) -> Image.Image:
    """White on nothing: Android shows only its outline beside the clock."""
    image = Image.new("RGBA", (side * FINE, side * FINE), (255, 255, 255, 0))
    image.putalpha(_sign(side * FINE, 1.3))
    return image.resize((side, side), Image.Resampling.LANCZOS)


def _ground(side: int) -> Image.Image:
    """The diagonal gradient; made small, because it is smooth anyway."""
    small = Image.new("RGB", (UNIT, UNIT))
    for x in range(UNIT):
        for y in range(UNIT):
            part = (x + y) / (2 * UNIT - 2)
            colour = [round(start + (end - start) * part) for start, end in zip(FROM, TO, strict=True)]
            small.putpixel((x, y), (colour[0], colour[1], colour[2]))
    return small.resize((side, side), Image.Resampling.BICUBIC)


def _rounded(side: int) -> Image.Image:
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, side - 1, side - 1), side * 17 / UNIT, fill=255)
    return mask


def _sign(side: int, size: float) -> Image.Image:
    """Three people in a circle, as a mask; `size` is 1 as in the logo."""
    mask = Image.new("L", (side, side))
    draw, scale = ImageDraw.Draw(mask), side / UNIT * size

    def disc(x: float, y: float, radius: float) -> None:
        x, y = side / 2 + (x - 32) * scale, side / 2 + (y - 32) * scale
        draw.ellipse((x - radius * scale, y - radius * scale, x + radius * scale, y + radius * scale), fill=255)

    for start, end in ARCS:
        for step in range(241):
            angle = math.radians(start + (end - start) * step / 240)
            disc(32 + 20 * math.cos(angle), 32 + 20 * math.sin(angle), 2.5)
    for x, y in DOTS:
        disc(x, y, 4.2)
    return mask


def main() -> None:
    apple = Image.new("RGB", (180, 180))
    apple.paste(icon(180, maskable=True).convert("RGB"))
    drawn = {
        "icon-192": icon(192),
        "icon-512": icon(512),
        "icon-maskable-512": icon(512, maskable=True),
        "apple-touch-icon": apple,
        "badge-96": badge(96),
    }
    for name, image in drawn.items():
        image.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

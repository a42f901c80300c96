"""Pictures of posts to send on: the one other sites show of a link, and a poster to save, with a QR code.

Drawn when somebody asks, and kept in the cache under all they show. Only of posts everybody may read.
"""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import segno
from django.conf import settings
from django.core.cache import cache as kept
from django.core.files.storage import default_storage
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont, ImageOps

from circles.models import Post
from core.text.render import excerpt

KEEP_SECONDS = 24 * 3600
PREVIEW = (1200, 630)
POSTER_WIDTH = 1080
BLUE, INK, GREY, PAPER, SHADE = "#1677ff", "#15191f", "#5d6878", "#ffffff", "#eff2f6"
MARGIN = 72
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/STHeiti Light.ttc", 0),
)
"""(file, face in it): where systems keep a font with Chinese. POSTER_FONT names another file."""
# What text fonts do not have: emoji, and the marks that join and colour them.
_UNDRAWABLE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u20e3\U000e0000-\U000e007f]")
_NEVER_FIRST = "，。！？；：、）》」』”’…·—,.!?;:)%"
# A piece that stays together: a Latin word, or one sign with the marks that may not begin a line.
_WORD = re.compile(rf"[A-Za-z0-9'’.,:;/_-]+[{_NEVER_FIRST}]*|\s+|.[{_NEVER_FIRST}]*")


@cache
def font_file() -> tuple[str, int] | None:
    """A font that has Chinese; None where this machine has none, and nothing can be drawn."""
    wanted = [(settings.POSTER_FONT, 0)] if settings.POSTER_FONT else []
    return next(((path, face) for path, face in (*wanted, *FONTS) if Path(path).is_file()), None)


def preview(post: Post) -> bytes | None:
    """PNG of PREVIEW pixels for a link to the post (loaded `for_cards`); None without a font."""
    return _kept("preview", post, "", lambda: _png(_preview(post)))


def poster(post: Post, url: str) -> bytes | None:
    """PNG to save, POSTER_WIDTH wide, with the QR code of `url`; None without a font."""
    return _kept("poster", post, url, lambda: _png(_poster(post, url)))


def _kept(what: str, post: Post, url: str, make: Any) -> bytes | None:
    if font_file() is None:
        return None
    by = post.byline.nickname
    key = f"{what}:{post.pk}:{post.version}:{get_language()}:{crc32(repr((by, post.circle.name, url)).encode()):x}"
    found: bytes | None = kept.get(key)
    if found is None:
        found = make()
        kept.set(key, found, KEEP_SECONDS)
    return found


def _preview(post: Post) -> Image.Image:
    width, height = PREVIEW
    sheet = Image.new("RGB", PREVIEW, PAPER)
    pen = ImageDraw.Draw(sheet)
    photo = _photo(post, (height, height))
    room = width - 2 * MARGIN
    if photo is not None:
        sheet.paste(photo, (width - height, 0))
        room -= height
    pen.rectangle((0, 0, 12, height), fill=BLUE)
    y = _line(pen, (MARGIN, MARGIN), post.circle.name, 34, BLUE, room) + 26
    if post.title:
        y = _paragraph(pen, (MARGIN, y), post.title, 56, INK, room, lines=3) + 16
    size = 36 if post.title else 46
    lines = max(1, (height - MARGIN - 60 - y) // int(size * 1.5))
    _paragraph(pen, (MARGIN, y), excerpt(post.body_html, 200), size, GREY if post.title else INK, room, lines=lines)
    _line(pen, (MARGIN, height - MARGIN - 30), f"{post.byline.nickname} · {settings.SITE_NAME}", 28, GREY, room)
    return sheet


def _poster(post: Post, url: str) -> Image.Image:
    room = POSTER_WIDTH - 2 * MARGIN
    sheet = Image.new("RGB", (POSTER_WIDTH, 2600), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, POSTER_WIDTH, 16), fill=BLUE)
    y = _line(pen, (MARGIN, MARGIN + 8), post.circle.name, 40, BLUE, room) + 8
    y = _line(pen, (MARGIN, y), post.byline.nickname, 32, GREY, room) + 32
    photo = _photo(post, (room, room * 2 // 3))
    if photo is not None:
        sheet.paste(photo, (MARGIN, y))
        y += photo.height + 36
    if post.title:
        y = _paragraph(pen, (MARGIN, y), post.title, 60, INK, room, lines=4) + 20
    y = _paragraph(pen, (MARGIN, y), excerpt(post.body_html, 360), 40, INK, room, lines=12) + 48
    code = _code(url)
    pen.rectangle((0, y, POSTER_WIDTH, y + code.height + 2 * 48), fill=SHADE)
    sheet.paste(code, (POSTER_WIDTH - MARGIN - code.width, y + 48))
    beside = room - code.width - 32
    below = _paragraph(pen, (MARGIN, y + 64), _("Scan to read on"), 38, INK, beside, lines=2)
    _paragraph(pen, (MARGIN, below + 8), settings.SITE_NAME, 32, GREY, beside, lines=2)
    return sheet.crop((0, 0, POSTER_WIDTH, y + code.height + 2 * 48))


def _code(url: str) -> Image.Image:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return Image.open(out).convert("RGB").resize((260, 260), Image.Resampling.NEAREST)


def _photo(post: Post, size: tuple[int, int]) -> Image.Image | None:
    first = next(iter(post.photos.all()), None)
    if first is None:
        return None
    for name in ("card", "large"):
        try:
            with default_storage.open(first.picture.path(name)) as file, Image.open(file) as image:
                return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
        except OSError:
            continue
    return None


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    path, face = font_file() or ("", 0)
    return ImageFont.truetype(path, size, index=face)


def _line(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str, room: int) -> int:
    return _paragraph(pen, at, text, size, colour, room, lines=1)


def _paragraph(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, colour: str, room: int, *, lines: int
) -> int:
    """Write, cut off with … where it does not fit; returns where the next line begins (pixels from the top)."""
    x, y = at
    font, step = _font(size), int(size * 1.5)
    broken = list(_broken(_UNDRAWABLE.sub("", text).strip(), font, room))
    for number, line in enumerate(broken[:lines], start=1):
        if number == lines and len(broken) > lines:
            while line and font.getlength(f"{line}…") > room:
                line = line[:-1]
            line = f"{line}…"
        pen.text((x, y), line, font=font, fill=colour)
        y += step
    return y


def _broken(text: str, font: ImageFont.FreeTypeFont, room: int) -> Iterator[str]:
    """Lines no wider than `room`: Chinese breaks anywhere, Latin between words."""
    line = ""
    for word in _WORD.findall(text):
        if line and font.getlength(line + word) > room:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
        while font.getlength(line) > room:
            cut = next(n for n in range(len(line), 0, -1) if n == 1 or font.getlength(line[:n]) <= room)
            yield line[:cut]
            line = line[cut:]
    if line.strip():
        yield line.rstrip()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False)
    return out.getvalue()

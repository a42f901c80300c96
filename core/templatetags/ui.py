"""What every template may ask for to look right: icons, tints, short times, short numbers."""

from datetime import datetime
from zlib import crc32

from django import template
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core import clock, icons
from core.clock import clock_of_now

register = template.Library()

TINTS = 10


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """The named icon; see core.icons."""
    return icons.svg(str(name), css)


@register.filter
def tint(value: object) -> int:
    """A number from 0 to 9, always the same for the same value: picks the colour of a generated picture."""
    return crc32(str(value).encode("utf-8", "replace")) % TINTS


@register.filter
def initial(value: object) -> str:
    """The first visible character of a name, upper case; a dot where there is none."""
    for char in str(value or ""):
        if char.isalnum():
            return char.upper()
    return "·"


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago, short; see core.clock."""
    return "" if value is None else clock_of_now().ago(value)


@register.filter
def kept_ago(value: datetime) -> str:
    """`ago` in HTML that is kept: left open where it changes from day to day; see core.clock.Agos."""
    return clock_of_now().ago_or_hole(value)


@register.filter
def day(value: datetime | None) -> str:
    """The day with its year, short: "20 Nov 2025", "2025年11月20日"."""
    return "" if value is None else clock.day(value)


@register.filter
def compact(value: object) -> str:
    """A count that fits a small place: 1.2万 in Chinese, 12k in English; exact below 10,000."""
    try:
        number = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return ""
    if number < 10_000:
        return str(number)
    if (get_language() or "").startswith("zh"):
        size, unit = (100_000_000, "亿") if number >= 100_000_000 else (10_000, "万")
    else:
        size, unit = (1_000_000, "M") if number >= 1_000_000 else (1_000, "k")
    tenths = number * 10 // size
    whole, tenth = divmod(tenths, 10)
    digits = str(whole) if whole >= 100 or not tenth else f"{whole}{formats.get_format('DECIMAL_SEPARATOR')}{tenth}"
    return f"{digits}{unit}"

"""How what polls and events say is written."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from circles import live

register = template.Library()


@register.filter
def moment(value: datetime) -> str:
    """Day and time in the site's zone."""
    return live.short_moment(timezone.localtime(value))


@register.filter
def moment_there(value: datetime, zone: str) -> str:
    """Day and time in that zone."""
    return live.short_moment(value.astimezone(ZoneInfo(zone)))


@register.filter
def yuan(fen: int) -> str:
    """25, 12.50"""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"


@register.filter
def minutes_to_read(length: int) -> int:
    """Of so many characters, at 400 a minute; one at least."""
    return max(1, round(length / 400))

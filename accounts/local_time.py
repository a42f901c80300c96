"""A person's own day: by the time zone they chose, else by the community's."""

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User


def zone_of(person: "User | Any") -> ZoneInfo:
    return _zone(getattr(person, "time_zone", ""))


def today_of(person: "User | Any", *, now: datetime | None = None) -> date:
    """The day it is now where this person lives."""
    return (now or timezone.now()).astimezone(zone_of(person)).date()


def day_of(person: "User | Any", moment: datetime) -> date:
    """The day that moment was in for this person."""
    return moment.astimezone(zone_of(person)).date()


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Those that can be chosen: continents and cities, without the old abbreviations."""
    return frozenset(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else timezone.get_default_timezone()  # type: ignore[return-value]
    except (KeyError, ValueError, OSError):  # zones are renamed now and then
        return timezone.get_default_timezone()  # type: ignore[return-value]

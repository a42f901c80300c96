"""How long ago something was, in few words."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from math import ceil
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from core.parts import hole


class Clock:
    """The moment a page is drawn: the time, the zone and the language are asked for once, not by each of its times."""

    __slots__ = ("_language", "_now", "_today", "_yesterday", "_zone", "year")

    def __init__(self, now: datetime, language: str | None) -> None:
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._now, self._zone, self.year = now.timestamp(), now.tzinfo, now.year
        self._today, self._yesterday = today.timestamp(), (today - timedelta(days=1)).timestamp()
        self._language = language

    def ago(self, value: datetime) -> str:
        """ "just now", "5 min ago", "3 h ago", "yesterday 10:20", "20 Nov", "20 Nov 2025"."""
        return self.ago_at(value.timestamp())

    def ago_at(self, moment: float) -> str:
        """`ago` of seconds since 1970. Whatever is of today is told without a calendar."""
        minutes = int((self._now - moment) // 60)
        if minutes < 60:
            return _minutes(minutes, self._language)
        if moment >= self._today:
            return _hours(minutes // 60, self._language)
        then = datetime.fromtimestamp(moment, self._zone)
        if moment >= self._yesterday:
            return _yesterday(then.hour, then.minute, self._language)
        return _day(then.date(), self._language, is_this_year=then.year == self.year)

    def ago_or_hole(self, value: datetime) -> str:
        """`ago` where it stays true for the rest of this `year`, else a hole for `Agos` (core/parts.py)."""
        moment = value.timestamp()
        return self.ago_at(moment) if moment < self._yesterday else hole(f"ago{int(moment)}")


def clock_of_now() -> Clock:
    """Of this second's end, where the reader is and in their language."""
    return _clock(ceil(timezone.now().timestamp()), timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=64)
def _clock(second: int, zone: tzinfo, language: str | None) -> Clock:
    return Clock(datetime.fromtimestamp(second, zone), language)


class Agos(dict[str, Any]):
    """What is filled into the holes that `ago_or_hole` left."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = clock_of_now()

    def __missing__(self, name: str) -> str:
        self[name] = text = self._clock.ago_at(int(name.removeprefix("ago")))
        return text


def day(value: datetime) -> str:
    """The day with its year, short: "20 Nov 2025", "2025年11月20日"."""
    return _day(timezone.localtime(value).date(), get_language(), is_this_year=False)


# A page says the same few things again and again, and looking words up takes longer than all the rest.


@lru_cache(maxsize=128)
def _minutes(count: int, language: str | None) -> str:
    return ngettext("%(count)d min ago", "%(count)d min ago", count) % {"count": count} if count > 0 else _("just now")


@lru_cache(maxsize=128)
def _hours(count: int, language: str | None) -> str:
    return ngettext("%(count)d h ago", "%(count)d h ago", count) % {"count": count}


@lru_cache(maxsize=4096)
def _yesterday(hour: int, minute: int, language: str | None) -> str:
    return _("yesterday %(time)s") % {"time": f"{hour:02}:{minute:02}"}


@lru_cache(maxsize=4096)
def _day(day: date, language: str | None, *, is_this_year: bool) -> str:
    if is_this_year:
        return formats.date_format(day, pgettext("day of this year, as Django formats dates", "j M"))
    return formats.date_format(day, pgettext("day with its year, as Django formats dates", "j M Y"))

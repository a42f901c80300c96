"""How long ago something was, in few words."""

from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from core.parts import hole


class Clock:
    """The moment a page is drawn: the time, the zone and the language are asked for once, not by each of its times."""

    __slots__ = ("_language", "_now", "_today", "_year", "_zone")

    def __init__(self) -> None:
        self._now = timezone.localtime()
        self._zone = self._now.tzinfo
        self._today, self._year = self._now.toordinal(), self._now.year
        self._language = get_language()

    def ago(self, value: datetime) -> str:
        """ "just now", "5 min ago", "3 h ago", "yesterday 10:20", "20 Nov", "20 Nov 2025"."""
        then = value.astimezone(self._zone)
        days = self._today - then.toordinal()
        if days > 1:
            return _day(then.date(), self._language, is_this_year=then.year == self._year)
        minutes = int((self._now - then).total_seconds() // 60)
        if minutes < 60:
            return _minutes(minutes, self._language)
        if days:
            return _yesterday(then.hour, then.minute, self._language)
        return _hours(minutes // 60, self._language)

    def ago_or_hole(self, value: datetime) -> str:
        """`ago` where it stays true for the rest of this `year`, else a hole for `Agos` (core/parts.py)."""
        if self._today - value.astimezone(self._zone).toordinal() > 1:
            return self.ago(value)
        return hole(f"ago{int(value.timestamp())}")

    @property
    def year(self) -> int:
        return self._year


class Agos(dict[str, SafeString]):
    """What is filled into the holes that `ago_or_hole` left."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = Clock()

    def __missing__(self, name: str) -> SafeString:
        moment = datetime.fromtimestamp(int(name.removeprefix("ago")), UTC)
        self[name] = text = conditional_escape(self._clock.ago(moment))
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

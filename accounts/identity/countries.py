"""Countries as passports name them (three letters, ISO 3166), with their names in the reader's language, from CLDR."""

from functools import cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language

HOME = "CHN"
_NO_COUNTRIES = {"AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "ZZ"}
_GONE = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}


@cache
def _codes() -> dict[str, str]:
    """Three letters → two letters, of what exists today."""
    named = set(Locale.parse("en").territories)
    return {
        three: two[0]
        for three, two in get_global("territory_aliases").items()
        if len(three) == 3 and three.isalpha() and len(two) == 1 and two[0] in named - _NO_COUNTRIES
        if three not in _GONE
    }


def is_country(code: str) -> bool:
    return code in _codes()


def choices() -> list[tuple[str, str]]:
    """(code, name) of all but home, in the order of their names."""
    return list(_choices("zh_Hans" if (get_language() or "").startswith("zh") else "en"))


@cache
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    locale = Locale.parse(language)
    found = [(three, locale.territories[two]) for three, two in _codes().items() if three != HOME]
    order = _pinyin_order if language == "zh_Hans" else (lambda row: row[1])
    return tuple(sorted(found, key=order))


def _pinyin_order(row: tuple[str, str]) -> bytes:
    """GB 2312 orders the common characters by their sound."""
    return row[1].encode("gb18030")

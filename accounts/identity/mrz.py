"""The lower line of a passport's machine-readable zone: ICAO Doc 9303, part 4 (TD3), 44 characters."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

_WEIGHTS = (7, 3, 1)
_LINE = re.compile(r"[A-Z0-9<]{44}\Z")
_SHORT_CODES = {"D": "DEU"}
"""Countries whose code in passports is not that of ISO 3166."""


class NotReadable(ValueError):
    """Not such a line, or one of its check digits does not fit."""


@dataclass(frozen=True)
class LowerLine:
    number: str = field(repr=False)
    country: str
    born: date = field(repr=False)
    gender: str
    """`female`, `male` or nothing."""
    valid_until: date


def read(line: str) -> LowerLine:
    """Raises NotReadable. Every check digit is checked."""
    line = re.sub(r"\s+", "", line.translate({ord("«"): "<<", ord("＜"): "<"})).upper()
    if not _LINE.match(line):
        raise NotReadable
    parts = ((line[0:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]))
    whole = line[0:10] + line[13:20] + line[21:43]
    personal, personal_digit = line[28:42], line[42]
    if any(check_digit(part) != digit for part, digit in (*parts, (whole, line[43]))):
        raise NotReadable
    # Where there is no personal number its check digit may be left out.
    if check_digit(personal) != personal_digit and not (personal == "<" * 14 and personal_digit == "<"):
        raise NotReadable
    country = line[10:13].rstrip("<")
    try:
        born, until = _date(line[13:19], in_the_past=True), _date(line[21:27], in_the_past=False)
    except ValueError as error:
        raise NotReadable from error
    gender = {"F": "female", "M": "male"}.get(line[20], "")
    return LowerLine(line[0:9].rstrip("<"), _SHORT_CODES.get(country, country), born, gender, until)


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; letters count from 10, `<` is nothing; modulo 10."""
    total = sum(_value(char) * _WEIGHTS[place % 3] for place, char in enumerate(text))
    return str(total % 10)


def _value(char: str) -> int:
    return 0 if char == "<" else int(char, 36)


def _date(digits: str, *, in_the_past: bool) -> date:
    """YYMMDD. A birth lies in the past hundred years, the end of a passport within fifty years of now."""
    today = timezone.localdate()
    latest = today if in_the_past else date(today.year + 50, 12, 31)
    year, month, day = today.year // 100 * 100 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if (year, month, day) > (latest.year, latest.month, latest.day):
        year -= 100
    return date(year, month, day)

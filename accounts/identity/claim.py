"""What somebody claims to be: a legal name and the 18 digits of a resident identity card, brought into one form."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from core.errors import Invalid
from core.text.clean import clean_line

NAME_MAX_LENGTH = 50
_EARLIEST_BIRTH = date(1900, 1, 1)
# Names of several peoples carry a middle dot, and people type whichever dot their keyboard has.
_DOTS = str.maketrans(dict.fromkeys("•・･∙⋅‧", "·"))
_NAME = re.compile(r"^(?=.*[^\W\d_])[^\W\d_](?:[^\W\d_]|[ ·.'’-])*\Z")


@dataclass(frozen=True)
class Claim:
    """A name and number that could be somebody's. Neither ever shows in a repr, and so in no log."""

    name: str = field(repr=False)
    number: str = field(repr=False)


def parse(*, name: str, number: str) -> Claim:
    """Bring both into one form. Raises `Invalid` with code `bad_legal_name` or `bad_id_number`.

    Full-width digits, a small x, spaces and hyphens are all read as meant.
    """
    return Claim(parse_name(name), parse_number(number))


def parse_name(name: str) -> str:
    name = clean_line(unicodedata.normalize("NFKC", clean_line(name))).translate(_DOTS)
    if not 2 <= len(name) <= NAME_MAX_LENGTH or not _NAME.match(name):
        raise Invalid("bad_legal_name", _("Please type your name as it stands on your ID card."), field="name")
    return name


def parse_number(number: str) -> str:
    """GB 11643-1999: six digits for the place, the birth date, three in sequence, and an ISO 7064 check digit.

    The place must exist or have existed, whenever: numbers are given out by the place of registration, so a district
    may well be younger than the person.
    """
    number = re.sub(r"[\s\u2010-\u2015-]+", "", unicodedata.normalize("NFKC", number[:200])).upper()
    if len(number) != 18:
        raise _bad(_("An ID number has 18 characters; this has %(length)s.") % {"length": len(number)})
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _bad(_("An ID number is 17 digits and one more, or an X, at the end."))
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        raise _bad(_("Digits 7 to 14 are not a date of birth. Please check them.")) from None
    if not _EARLIEST_BIRTH <= born <= timezone.localdate():
        raise _bad(_("Digits 7 to 14 are not a date of birth. Please check them."))
    place = numdb.get("cn/loc").info(number[:6])
    if not any(facts for _part, facts in place):
        raise _bad(_("The first six digits are no place. Please check them."))
    if number[-1] != ric.calc_check_digit(number):
        raise _bad(_("There is a slip in this number: its last character does not fit. Please check it."))
    return number


def _bad(message: str) -> Invalid:
    return Invalid("bad_id_number", message, field="number")

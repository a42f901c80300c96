"""What somebody claims to be: a legal name and what stands on an identity card or a passport, brought into one form."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from accounts.identity import mrz as passports
from accounts.identity.countries import HOME, is_country
from accounts.models import Document
from core.errors import Invalid
from core.text.clean import clean_line

NAME_MAX_LENGTH = 50
_EARLIEST_BIRTH = date(1900, 1, 1)
_LONGEST_PASSPORT = timedelta(days=20 * 366)
# Names of several peoples carry a middle dot, and people type whichever dot their keyboard has.
_DOTS = str.maketrans(dict.fromkeys("•・･∙⋅‧", "·"))
_NAME = re.compile(r"^(?=.*[^\W\d_])[^\W\d_](?:[^\W\d_]|[ ·.'’-])*\Z")
_PASSPORT_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,9}\Z")


@dataclass(frozen=True)
class Claim:
    """Somebody this could be. Nothing of the person ever shows in a repr, and so in no log."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    document: str = Document.ID_CARD
    country: str = HOME
    """Three letters (ISO 3166): who issued the document."""
    born: date | None = field(default=None, repr=False)
    gender: str = field(default="", repr=False)
    """`female`, `male`, or nothing where the document was not asked."""
    place: str = field(default="", repr=False)
    """Six digits (GB/T 2260) of an identity card."""
    valid_until: date | None = None

    @property
    def key(self) -> str:
        """What tells one person from all others; indexed, never stored."""
        return f"{self.document}:{self.country}:{self.number}"

    def details(self) -> dict[str, Any]:
        """All but name and number, as JSON."""
        return {
            "document": str(self.document),
            "country": self.country,
            "born": self.born.isoformat() if self.born else "",
            "gender": self.gender,
            "place": self.place,
            "valid_until": self.valid_until.isoformat() if self.valid_until else "",
        }


def restore(*, name: str, number: str, details: dict[str, Any]) -> Claim:
    """The claim that was taken apart for storing."""
    born, until = details.get("born"), details.get("valid_until")
    return Claim(
        name=name,
        number=number,
        document=details.get("document", Document.ID_CARD),
        country=details.get("country", HOME),
        born=date.fromisoformat(born) if born else None,
        gender=details.get("gender", ""),
        place=details.get("place", ""),
        valid_until=date.fromisoformat(until) if until else None,
    )


def parse(
    *,
    name: str,
    number: str,
    document: str = Document.ID_CARD,
    country: str = "",
    born: date | None = None,
    valid_until: date | None = None,
    mrz: str = "",
) -> Claim:
    """Bring all of it into one form. Raises `Invalid` beside the field at fault: `bad_legal_name`, `bad_id_number`,
    and of passports `bad_passport`, `bad_country`, `bad_mrz`, `document_over`.

    Full-width digits, a small x, spaces and hyphens are all read as meant. What an identity card says of birth and
    gender stands in its number; a passport's is typed, or read from the lower line of its photo page.
    """
    if document == Document.PASSPORT:
        return _passport(parse_name(name), number, country, born, valid_until, mrz)
    name, number = parse_name(name), parse_number(number)
    return Claim(name, number, **read_number(number), valid_until=_not_over(valid_until))


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
    number = _plain(number)
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


def read_number(number: str) -> dict[str, Any]:
    """What a well-formed ID number says: born, gender (odd sequence: male) and place."""
    return {
        "born": ric.get_birth_date(number),
        "gender": "male" if int(number[16]) % 2 else "female",
        "place": number[:6],
    }


def _passport(name: str, number: str, country: str, born: date | None, valid_until: date | None, mrz: str) -> Claim:
    country, number = country.strip().upper(), _plain(number)
    if not is_country(country):
        raise Invalid("bad_country", _("Please choose the country that issued your passport."), field="country")
    if country == HOME:
        raise Invalid("bad_country", _("With an ID number of the mainland, please use your ID card."), field="country")
    if not _PASSPORT_NUMBER.match(number):
        raise Invalid("bad_passport", _("A passport number has 5 to 9 letters and digits."), field="number")
    if born is None or not _EARLIEST_BIRTH <= born <= timezone.localdate():
        raise Invalid("bad_passport", _("Please give your date of birth."), field="born")
    if valid_until is None or valid_until > timezone.localdate() + _LONGEST_PASSPORT:
        raise Invalid("bad_passport", _("Please give the last day of your passport."), field="valid_until")
    gender = ""
    if mrz.strip():
        try:
            line = passports.read(mrz[:200])
        except passports.NotReadable:
            raise Invalid(
                "bad_mrz",
                _("This line has a slip: its check digits do not fit. Please compare it, or leave it empty."),
                field="mrz",
            ) from None
        if (line.number, line.country, line.born, line.valid_until) != (number, country, born, valid_until):
            raise Invalid("bad_mrz", _("This line says something else than what is typed above."), field="mrz")
        gender = line.gender
    _not_over(valid_until)
    return Claim(name, number, Document.PASSPORT, country, born, gender, "", valid_until)


def _not_over(valid_until: date | None) -> date | None:
    if valid_until is not None and valid_until < timezone.localdate():
        raise Invalid(
            "document_over", _("This document has run out. Please use one that is valid."), field="valid_until"
        )
    return valid_until


def _plain(number: str) -> str:
    return re.sub(r"[\s\u2010-\u2015-]+", "", unicodedata.normalize("NFKC", number[:200])).upper()


def _bad(message: str) -> Invalid:
    return Invalid("bad_id_number", message, field="number")

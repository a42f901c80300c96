"""Licence numbers of businesses: the unified social credit code (GB 32100-2015), 18 characters with a check digit."""

import unicodedata

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from core.errors import Invalid


def normalise(number: str) -> str:
    """The number as it is stored: half width, upper case, no spaces. Raises `Invalid` (`licence_invalid`)."""
    half_width = unicodedata.normalize("NFKC", number)
    bare = "".join(half_width.split()).replace("-", "").upper()
    try:
        return uscc.validate(bare)
    except ValidationError as error:
        raise Invalid(
            "licence_invalid",
            _("This is not a valid licence number. Please compare all 18 characters with your licence."),
            field="licence_number",
        ) from error

"""Typed text, made safe to store."""

import re
import unicodedata

from django.utils.translation import gettext as _

from core.errors import Invalid

# Control characters but for tab and newline; lone surrogates cannot be encoded; NUL cannot be stored.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Characters that turn the reading direction round and so can disguise a name or a link.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """NFC, `\\n` line ends, no control characters, no bidi overrides, trimmed, at most one blank line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI.sub("", _UNSTORABLE.sub("", text))
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def clean_line(text: str) -> str:
    """The same for a name or a title: one line, single spaces."""
    return " ".join(clean(text).split())


def require_length(text: str, *, most: int, field: str) -> None:
    """Raise `Invalid` with the length found and the length allowed (characters)."""
    if len(text) > most:
        raise Invalid(
            "too_long",
            _("That is %(length)s characters; at most %(most)s fit here.")
            % {"length": f"{len(text):,}", "most": f"{most:,}"},
            field=field,
        )

"""Typed text, made safe to store."""

import re
import unicodedata
from itertools import groupby

from django.utils.translation import gettext as _

from core.errors import Invalid

# Control characters but for tab and newline; lone surrogates cannot be encoded; NUL cannot be stored.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# Characters that turn the reading direction round and so can disguise a name or a link.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n{3,}")
# Letters without a shape: a text of these alone would be published and show nothing.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

MARKS_MAX = 8
"""Accents on one letter. More is a column of scribble over the neighbours' words, and normalising a run of
thousands takes quadratic time."""


def _ranges_of_marks() -> str:
    numbered = enumerate(n for n in range(0x300, 0x20000) if unicodedata.combining(chr(n)))
    runs = [[n for _, n in run] for _, run in groupby(numbered, lambda pair: pair[1] - pair[0])]
    return "".join(f"\\U{run[0]:08x}-\\U{run[-1]:08x}" for run in runs)


_MARKS = _ranges_of_marks()
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{{MARKS_MAX}}})[{_MARKS}]+")


def clean(text: str) -> str:
    """NFC, `\\n` line ends, no control characters, no bidi overrides, trimmed, at most one blank line in a row.

    A text that shows nothing (zero-width characters alone) is empty.
    """
    text = _BIDI.sub("", _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text)))
    text = unicodedata.normalize("NFC", _TOO_MANY_MARKS.sub(r"\1", text))
    text = _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
    return text if any(_is_seen(char) for char in text) else ""


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


def _is_seen(char: str) -> bool:
    return not char.isspace() and char not in _BLANKS and unicodedata.category(char) not in ("Cf", "Mn", "Cn")

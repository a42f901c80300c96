"""Request bodies, refused where they hold what no database or answer can hold."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser as BaseJSONParser


class JSONParser(BaseJSONParser):
    """JSON without NUL, lone surrogates or endless nesting: each would fail deep inside instead."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError(_("This JSON is nested too deeply.")) from None
        bad = next(_unstorable(data), None)
        if bad is not None:
            message = exceptions.ErrorDetail(
                _("This text holds characters that cannot be stored."), code="unstorable_characters"
            )
            raise exceptions.ValidationError({bad: [message]})
        return data


def _unstorable(data: Any, place: str = "") -> Iterator[str]:
    """The places (dotted names) of texts and keys that cannot be stored."""
    pending = [(place, data)]
    while pending:
        place, value = pending.pop()
        if isinstance(value, str):
            if _is_bad(value):
                yield place
        elif isinstance(value, dict):
            for key, inner in value.items():
                if _is_bad(key):
                    yield place
                else:
                    pending.append((f"{place}.{key}" if place else key, inner))
        elif isinstance(value, list):
            pending.extend((place, inner) for inner in value)


def _is_bad(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text)

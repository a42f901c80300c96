"""Which form an answer of the API has."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

ANY = ("*/*", "application/json")


class Negotiation(DefaultContentNegotiation):
    """As REST framework has it. To those who take JSON or anything, as nearly all do, the first form that there is,
    without comparing media types."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[Any, Any]:
        http = request._request
        first = next(iter(renderers))
        if (
            first.media_type == "application/json"
            and http.META.get("HTTP_ACCEPT", "*/*") in ANY
            and not format_suffix
            and not http.META.get("QUERY_STRING")
        ):
            return first, first.media_type
        found: tuple[Any, Any] = super().select_renderer(request, renderers, format_suffix)
        return found

"""At the edge of every request: its id, how long it took, and what the log says of it."""

import re
import time
import uuid

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from core.observability import exposition, metrics

SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class ObservedMiddleware(RequestMiddleware):
    """Binds `request_id` to all that is logged or enqueued during a request, and returns it as X-Request-ID.

    The id of a proxy or browser is taken over if it looks like one. Neither addresses of people, nor who they are,
    nor what they typed into an address get into the log: a request is named by its method and route.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics":
            return exposition.answer(request)
        request_id = self.request_id(request)
        request.META["HTTP_X_REQUEST_ID"] = request_id
        request.__dict__.pop("headers", None)  # it may have been read before
        started = time.monotonic()
        response: HttpResponse = super().__call__(request)  # type: ignore[assignment]
        response.headers["X-Request-ID"] = request_id
        match = request.resolver_match
        metrics.REQUEST_SECONDS.observe(
            time.monotonic() - started,
            view=(match.view_name or "unnamed") if match else "unmatched",
            method=request.method if request.method in KNOWN_METHODS else "other",
            status=str(response.status_code),
        )
        return response

    @staticmethod
    def request_id(request: HttpRequest) -> str:
        said = request.META.get("HTTP_X_REQUEST_ID", "")
        return said if SANE.fullmatch(said) else uuid.uuid4().hex

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        route = f"/{request.resolver_match.route}" if request.resolver_match else "(no page)"
        return f"{request.method} {route}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Nobody's."""


KNOWN_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

"""At the edge of every request: its id, how long it took, and what the log says of it."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse

from core.observability import exposition, metrics
from core.observability.said import saying

log = structlog.get_logger(__name__)

SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
KNOWN_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class ObservedMiddleware:
    """Binds `request_id` to all that is logged or enqueued during a request, and returns it as X-Request-ID.

    The id of a proxy or browser is taken over if it looks like one. Neither addresses of people, nor who they are,
    nor what they typed into an address get into the log: a request is named by its method and route.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics":
            return exposition.answer(request)
        request_id = self.request_id(request)
        request.META["HTTP_X_REQUEST_ID"] = request_id  # for pages that name it
        request.__dict__.pop("headers", None)  # it may have been read before
        started = time.monotonic()
        with saying(request_id=request_id):
            response = self.get_response(request)
            _tell_finished(request, response)
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


def _tell_finished(request: HttpRequest, response: HttpResponse) -> None:
    status = response.status_code
    tell = log.error if status >= 500 else log.warning if status >= 400 else log.info
    tell("request_finished", code=status, request=_name(request))


def _tell_failed(request: HttpRequest, **_said: Any) -> None:
    """With the way through the code, which the line of the end has not."""
    log.exception("request_failed", code=500, request=_name(request))


def _name(request: HttpRequest) -> str:
    return (
        f"{request.method} /{request.resolver_match.route}" if request.resolver_match else f"{request.method} (no page)"
    )


got_request_exception.connect(_tell_failed, dispatch_uid=__name__)

"""Middleware at the edge: what HTTP needs that no view should repeat."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from core.errors import DomainError, NotFound, TooMany

GetResponse = Callable[[HttpRequest], HttpResponse]


class PlainTextGuardMiddleware:
    """Refuse NUL in addresses: Postgres cannot store it, so nothing can be found under it. And bodies in an encoding
    that is none of text ("base64"), which nobody can read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("NUL in the address")
        if request.encoding and not _is_of_text(request.encoding):
            raise BadRequest("no encoding of text")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """The same for what a form brought into a query, past the fields that look for it."""
        if isinstance(error, ValueError) and "NUL (0x00)" in str(error):
            raise BadRequest("NUL in a form") from error


def _is_of_text(charset: str) -> bool:
    try:
        b"a\xff".decode(charset, "replace")
    except (LookupError, ValueError):
        return False
    return True


class DomainErrorMiddleware:
    """Answer a refusal that no view turned into a form error, and keep htmx out of log-in redirects."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content and not is_htmx(request):
            # Whoever comes back to where a form was sent to reads what to do instead of nothing.
            page = render(request, "405.html", status=response.status_code)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        if is_htmx(request) and isinstance(response, HttpResponseRedirect):
            login = resolve_url(settings.LOGIN_URL)
            if urlsplit(response.url).path == login:
                # An XHR would follow the redirect and paste the log-in page into the card.
                back = urlsplit(came_from(request))._replace(scheme="", netloc="")
                return HttpResponse(headers={"HX-Redirect": f"{login}?{urlencode({'next': back.geturl()})}"})
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if isinstance(error, NotFound):
            raise Http404(str(error))
        if is_htmx(request):
            return _wait(toast(HttpResponse(status=error.status), str(error), level="error"), error)
        if isinstance(error, TooMany):
            context = {"retry_after": error.retry_after, "back": came_from(request)}
            return _wait(render(request, "429.html", context, status=error.status), error)
        context = {"message": error.message, "code": error.code, "back": came_from(request), "details": error.details}
        return render(request, "refused.html", context, status=error.status)


def _wait(response: HttpResponse, error: DomainError) -> HttpResponse:
    """Say when to come back, where the refusal knows."""
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def never_kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have neither browsers nor proxies keep the answer; `never_cache` says the same at twenty times the cost."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Cache-Control"] = "max-age=0, no-cache, no-store, must-revalidate, private"
        return response

    return answered


def is_htmx(request: HttpRequest) -> bool:
    """Was this asked by htmx, for a part of a page?"""
    return request.headers.get("HX-Request") == "true"


def toast(response: HttpResponse, message: str, *, level: str = "info") -> HttpResponse:
    """Have the page that htmx is on show `message`; `level` is info, success or error."""
    response.headers["HX-Trigger"] = json.dumps({"toast": {"message": message, "level": level}})
    return response


def came_from(request: HttpRequest, default: str = "/") -> str:
    """The page of this site the reader came from: `next`, else the referrer, else `default`."""
    asked = (request.POST.get("next"), request.GET.get("next"))
    for candidate in (*asked, request.headers.get("HX-Current-URL"), request.headers.get("Referer")):
        if candidate and url_has_allowed_host_and_scheme(
            candidate, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return candidate
    return default


def go_back(request: HttpRequest, *, default: str = "/", message: str = "") -> HttpResponseRedirect:
    """Redirect to where the reader came from, with a message to show there."""
    if message:
        messages.success(request, message)
    return HttpResponseRedirect(came_from(request, default))

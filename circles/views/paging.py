"""Addresses of next pages and tabs."""

from urllib.parse import urlencode

from django.http import HttpRequest


def cursor_of(request: HttpRequest) -> str | None:
    return request.GET.get("before") or None


def next_url(request: HttpRequest, cursor: str | None) -> str | None:
    """This page's address with the cursor that continues it; None at the end."""
    if cursor is None:
        return None
    if not request.GET:  # as nearly always, and copying what is empty takes longer than all the rest
        return f"{request.path}?{urlencode({'before': cursor})}"
    query = request.GET.copy()
    query["before"] = cursor
    return f"{request.path}?{query.urlencode()}"


def is_more(request: HttpRequest) -> bool:
    """Whether htmx asks for the rows behind a cursor, not for the page around them."""
    return bool(request.htmx) and "before" in request.GET

"""Answers when no view has one: pages for readers, problems for programs."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from core.api.problems import plain_problem
from core.http import came_from
from core.outages import away, is_outage


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A stale or missing CSRF token: say so, and offer the way back (browsers keep what was typed)."""
    if _is_api(request):
        return plain_problem(status=403, code="csrf_failed", detail=_("The CSRF token is missing or out of date."))
    return render(request, "403_csrf.html", {"back": came_from(request)}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return plain_problem(status=400, code="bad_request", detail=_("This request makes no sense."))
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return plain_problem(status=403, code="permission_denied", detail=_("You may not do this."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return plain_problem(status=404, code="not_found", detail=_("There is nothing here."))
    return defaults.page_not_found(request, exception)


def failure(request: HttpRequest) -> HttpResponse:
    if is_outage(sys.exc_info()[1]):
        return away(request)
    if _is_api(request):
        return plain_problem(
            status=500, code="failure", detail=_("Something went wrong here. It is noted; please try again later.")
        )
    return defaults.server_error(request)

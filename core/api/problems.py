"""Every refusal of the API as a problem (RFC 9457) with a stable `code`."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError, TooMany

CONTENT_TYPE = "application/problem+json"


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """`errors` holds one `{field, code, detail}` per input at fault; `more` are members of this kind of problem."""
    body = {**(more or {}), **_body(status, code, detail)}
    if errors:
        body["errors"] = errors
    response = Response(body, status=status, headers=headers)
    response.content_type = CONTENT_TYPE
    return response


def plain_problem(*, status: int, code: str, detail: str) -> JsonResponse:
    """The same for answers that never reach a view of the API: no such route, a failure, a stale CSRF token."""
    return JsonResponse(
        _body(status, code, detail), status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def _body(status: int, code: str, detail: str) -> dict[str, Any]:
    return {"type": f"urn:quanzi:problem:{code}", "title": str(detail), "status": status, "code": code}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        set_rollback()
        errors = [{"field": error.field, "code": error.code, "detail": str(error)}] if error.field else None
        wait_for = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
        return problem(
            status=error.status,
            code=error.code,
            detail=str(error),
            errors=errors,
            headers=wait_for,
            more=error.details,
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        return problem(status=413, code="too_large", detail=_("That is more than this address takes."))
    elif isinstance(error, SuspiciousOperation):
        return problem(status=400, code="bad_request", detail=_("This request makes no sense."))
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(error, exceptions.ValidationError):
        return problem(
            status=400,
            code="invalid",
            detail=_("Some of what was sent is not right."),
            errors=list(_flatten(error.detail)),
            headers=headers,
        )
    detail = error.detail
    return problem(
        status=error.status_code,
        code=str(getattr(detail, "code", error.default_code)),
        detail=str(detail),
        headers=headers,
    )


def _flatten(detail: Any, field: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, field)
    else:
        yield {"field": field, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}

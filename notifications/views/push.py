"""Subscribing a browser to pushes; the service worker that shows them is core.views.webapp."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, Invalid
from notifications.actions import subscriptions


@require_http_methods(["POST", "DELETE"])
@never_cache
def push(request: HttpRequest) -> JsonResponse | HttpResponse:
    """POST what PushSubscription.toJSON() says, DELETE with its endpoint; JSON with the CSRF header."""
    if not request.user.is_authenticated:
        return _refusal("not_logged_in", _("Please log in first."), 401)
    try:
        sent = _read(request)
        endpoint = _text(sent, "endpoint")
        if request.method == "DELETE":
            subscriptions.unsubscribe(user=request.user, endpoint=endpoint)
            return HttpResponse(status=204)
        keys = sent.get("keys")
        keys = keys if isinstance(keys, dict) else {}
        subscriptions.subscribe(
            user=request.user, endpoint=endpoint, p256dh=_text(keys, "p256dh"), auth=_text(keys, "auth")
        )
    except DomainError as error:
        return _refusal(error.code, str(error), error.status)
    return HttpResponse(status=201)


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid("bad_json", _("That could not be read.")) from error
    if not isinstance(sent, dict):
        raise Invalid("bad_json", _("That could not be read."))
    return sent


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise Invalid("bad_json", _("That could not be read."), field=name)
    return value


def _refusal(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "detail": message}, status=status)

"""/livez: this process answers. /readyz: and it reaches what people need: Postgres and the cache."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse


class HealthMiddleware:
    """Answers before hosts, sessions or redirects get a say, so that any probe can ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    """200 when Postgres and the cache answer, else 503; the body says which, and how the broker is.

    Without the broker people go on posting, and nothing is lost: that is no reason to send them away.
    """
    checks = {
        "postgres": _ask(_postgres),
        "cache": _ask(lambda: _redis(settings.REDIS_URL)),
        "broker": _ask(lambda: _redis(settings.BROKER_URL)),
    }
    is_ready = checks["postgres"] == checks["cache"] == "ok"
    return JsonResponse(checks, status=200 if is_ready else 503)


def _ask(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # whatever it is, it is not ready
        return type(error).__name__
    return "ok"


def _postgres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis(url: str) -> None:
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()

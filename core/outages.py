"""While Postgres is away: stopped, starting, or out of connections. The site says so, and when to come back, instead of
calling it a failure of its own. Nothing here may ask the database for anything.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from core.api.problems import plain_problem
from core.http import is_htmx, toast

COME_BACK_SECONDS = 15


class OutageMiddleware:
    """For what views ask of the database; what middleware asks comes to `core.views.errors.failure`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return away(request) if is_outage(error) else None


def is_outage(error: BaseException | None) -> bool:
    """Is Postgres away? A statement that it refused or cut short is none."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # Without a code it never got as far as Postgres. 08 are broken connections; 57P01 to 57P03 and 53300 what Postgres
    # says while it stops, starts or is full.
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith("08") or code in ("57P01", "57P02", "57P03", "53300")


def away(request: HttpRequest) -> HttpResponse:
    """503: a page, a problem for programs, a toast for htmx; in the reader's language, with Retry-After."""
    message = _("This site is being looked after. Try again in a few seconds.")
    if request.path.startswith("/api/"):
        answer: HttpResponse = plain_problem(status=503, code="unavailable", detail=message)
    elif is_htmx(request):
        answer = toast(HttpResponse(status=503), message, level="error")
    else:
        page = {
            "request": request,
            "request_id": request.META.get("HTTP_X_REQUEST_ID", ""),
            "site_name": settings.SITE_NAME,
            "again": request.method in ("GET", "HEAD"),
        }
        # Without the request: context processors would ask who is there.
        answer = HttpResponse(get_template("503.html").render(page), status=503)
    answer.headers["Retry-After"] = str(COME_BACK_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer

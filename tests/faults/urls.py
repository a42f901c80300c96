"""The site's addresses, and a view that takes its time."""

import time

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as pages

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

SLOW_SECONDS = 0.4


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(SLOW_SECONDS)
    return HttpResponse("slept", content_type="text/plain")


urlpatterns = [path("faults/slow/", slow), *pages]

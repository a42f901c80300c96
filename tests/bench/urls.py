"""The site's addresses, and the floor that its pages are measured against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from circles.models import Circle
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as pages

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def plain(request: HttpRequest, pk: int) -> HttpResponse:
    """The least a page can do: one query by primary key, and its answer as plain text."""
    name = Circle.objects.filter(pk=pk).values_list("name", flat=True).first()
    return HttpResponse(name, content_type="text/plain; charset=utf-8")


urlpatterns = [path("bench/plain/<int:pk>/", plain), *pages]

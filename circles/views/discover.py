from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from circles import queries
from circles.discover_sections import sections
from circles.models import Category
from circles.reading import with_unread
from circles.views.paging import cursor_of, is_more, next_url
from core.text.clean import clean_line

QUERY_MAX = 50


@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    """All circles by category and by words; above them one's own, and what apps above put there (discover_sections)."""
    words = clean_line(request.GET.get("q", ""))[:QUERY_MAX]
    categories = list(Category.objects.all())
    category = next((shelf for shelf in categories if shelf.slug == request.GET.get("category")), None)
    page = queries.discover(viewer=request.user, category=category, q=words, cursor=cursor_of(request))
    context: dict[str, Any] = {"page": page, "next_url": next_url(request, page.next_cursor)}
    if is_more(request):
        return render(request, "circles/partials/_circle_cards.html", context)
    first = cursor_of(request) is None and not words and category is None
    context |= {
        "q": words,
        "category": category,
        "chips": _chips(categories, category, words),
        "mine": with_unread(queries.my_circles(request.user), request.user) if first else [],
        "sections": list(sections(request.user)) if first else [],
    }
    return render(request, "circles/discover.html", context)


def _chips(categories: list[Category], chosen: Category | None, words: str) -> list[dict[str, Any]]:
    def url(slug: str) -> str:
        query = {name: value for name, value in (("category", slug), ("q", words)) if value}
        return reverse("circles:discover") + (f"?{urlencode(query)}" if query else "")

    every = {"label": _("All"), "url": url(""), "current": chosen is None}
    return [every, *({"label": str(c), "url": url(c.slug), "current": c == chosen} for c in categories)]

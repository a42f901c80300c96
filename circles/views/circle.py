from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from circles import queries, rules
from circles.cards import Html, HtmlCard, front_page
from circles.views.access import circle_or_404, membership_of
from circles.views.paging import cursor_of, is_more, next_url

TABS = ("latest", "featured")
IN_CIRCLE = Html(show_circle=False)


@require_safe
def circle(request: HttpRequest, slug: str) -> HttpResponse:
    """A circle's home: what it is, and its posts, newest first or the featured ones."""
    circle = circle_or_404(request, slug)
    tab = request.GET.get("tab", TABS[0])
    tab = tab if tab in TABS else TABS[0]
    cursor = cursor_of(request)
    if cursor:
        page = queries.circle_posts(circle, request.user, tab, cursor, size=settings.FEED_PAGE_SIZE, shape=IN_CIRCLE)
        pinned: list[HtmlCard] = []
    else:
        pinned, page = front_page(circle, request.user, tab, size=settings.FEED_PAGE_SIZE)
    context: dict[str, Any] = {"circle": circle, "page": page, "next_url": next_url(request, page.next_cursor)}
    if is_more(request):
        return render(request, "circles/partials/_posts.html", context)
    membership = membership_of(request, circle.pk)
    url = circle.get_absolute_url()
    context |= {
        "membership": membership,
        "tab": tab,
        "tabs": [
            {"label": _("Latest"), "url": url, "current": tab == "latest"},
            {"label": _("Featured"), "url": f"{url}?tab=featured", "current": tab == "featured"},
        ],
        "pinned": pinned,
        "decision": rules.can_post(request.user, circle, membership),
    }
    return render(request, "circles/circle.html", context)

"""The list of merchants, and one merchant's fan page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from circles.cards import Html
from circles.queries import membership_of
from circles.views.paging import cursor_of, is_more, next_url
from core.text.clean import clean_line
from merchants import queries
from merchants.views.access import merchant_or_404

TABS = ("announcements", "circle")


@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    """All open merchants, those with most fans first; one's own on top."""
    words = clean_line(request.GET.get("q", ""))[: queries.SEARCH_MAX]
    page = queries.discover(request.user, q=words, cursor=cursor_of(request))
    context: dict[str, Any] = {"page": page, "next_url": next_url(request, page.next_cursor)}
    if is_more(request):
        return render(request, "merchants/partials/_merchants.html", context)
    mine = queries.my_merchants(request.user) if not words and cursor_of(request) is None else []
    return render(request, "merchants/discover.html", {**context, "q": words, "mine": mine})


@require_safe
def merchant(request: HttpRequest, slug: str) -> HttpResponse:
    """A fan page: who it is, what it announced, what its fans talk about."""
    merchant = merchant_or_404(request, slug)
    if not merchant.is_verified:
        return render(request, "merchants/waiting.html", {"merchant": merchant})
    tab = request.GET.get("tab", TABS[0])
    tab = tab if tab in TABS else TABS[0]
    read = queries.announcements if tab == "announcements" else queries.fan_posts
    page = read(merchant, request.user, cursor_of(request), shape=Html(show_circle=False))
    context: dict[str, Any] = {"merchant": merchant, "page": page, "next_url": next_url(request, page.next_cursor)}
    if is_more(request):
        return render(request, "circles/partials/_posts.html", context)
    fan = queries.fan_of(request.user, merchant)
    url = merchant.get_absolute_url()
    assert merchant.circle is not None
    context |= {
        "tab": tab,
        "tabs": [
            {"label": _("Announcements"), "url": url, "current": tab == "announcements"},
            {"label": _("Fans' circle"), "url": f"{url}?tab=circle", "current": tab == "circle"},
        ],
        "fan": fan,
        "following": fan is not None,
        "is_staff": queries.is_staff(request.user, merchant),
        "membership": membership_of(request.user, merchant.circle_id),
    }
    return render(request, "merchants/merchant.html", context)

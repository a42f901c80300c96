"""Searching in pages; everything works without JavaScript."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from circles.models import PostKind
from circles.queries import suggested_circles
from circles.views.paging import cursor_of, is_more, next_url
from core.http import never_kept
from core.pagination import Page
from search import queries, rates
from search.asked import Asked, read
from search.engine import Order

TYPE_LABELS = {
    "all": pgettext_lazy("search", "All"),
    "posts": gettext_lazy("Posts"),
    "comments": gettext_lazy("Comments"),
    "circles": gettext_lazy("Circles"),
    "people": gettext_lazy("People"),
    "merchants": gettext_lazy("Merchants"),
    "topics": gettext_lazy("Topics"),
}
SINCE_LABELS = {
    "day": gettext_lazy("Last day"),
    "week": gettext_lazy("Last week"),
    "month": gettext_lazy("Last month"),
    "year": gettext_lazy("Last year"),
}
LISTS = {
    "posts": "search/partials/_posts.html",
    "comments": "search/partials/_comments.html",
    "circles": "search/partials/_circles.html",
    "people": "search/partials/_people.html",
    "merchants": "merchants/partials/_merchants.html",
    "topics": "search/partials/_topics.html",
}
IDEAS = 6


@require_safe
@never_kept
def search(request: HttpRequest) -> HttpResponse:
    """Results by kind, or the first of everything; ideas where nothing is asked. To htmx: the next rows alone.
    Counted: too many are refused (429)."""
    asked = read(request.GET, request.user)
    if asked.typed:
        rates.count_search(request)
    kind = "posts" if asked.type == "all" else asked.type
    page = _page(request, asked, kind) if asked.typed else Page[Any]([])
    context: dict[str, Any] = {"page": page, "next_url": next_url(request, page.next_cursor), "asked": asked}
    if is_more(request):
        return render(request, LISTS[kind], context)
    context |= {"kind": kind, "list_template": LISTS[kind], "tabs": _tabs(asked), **_form(request, asked)}
    if not asked.typed:
        context["ideas"] = suggested_circles(request.user, IDEAS)
    elif cursor_of(request) is None:
        if asked.type == "all" and not asked.is_narrowed:
            context["overview"] = queries.overview(request.user, asked.typed)
        if not page.items:
            context |= _instead(request, asked, kind)
    return render(request, "search/search.html", context)


@require_safe
@never_kept
def suggest(request: HttpRequest) -> HttpResponse:
    """What may be meant, below the field while one types."""
    asked = read(request.GET, request.user)
    found = queries.Overview()
    if asked.typed:
        rates.count_suggestions(request)
        found = queries.suggestions(request.user, asked.typed)
    return render(request, "search/partials/_suggestions.html", {"asked": asked, "found": found})


def _page(request: HttpRequest, asked: Asked, kind: str) -> Page[Any]:
    cursor, size = cursor_of(request), settings.FEED_PAGE_SIZE
    if kind == "posts":
        return queries.posts(request.user, asked.words, asked.filters, cursor, size=size)
    if kind == "comments":
        return queries.comments(request.user, asked.words, asked.filters, cursor, size=size)
    by_name: dict[str, Any] = {
        "circles": queries.circles,
        "people": queries.people,
        "merchants": queries.merchants,
        "topics": queries.topics,
    }
    return by_name[kind](request.user, asked.typed, cursor, size=size)


def _instead(request: HttpRequest, asked: Asked, kind: str) -> dict[str, Any]:
    """Where nothing fits: posts with some of the words, and a name that sounds alike."""
    some: Page[Any] = Page([])
    if kind == "posts" and len(asked.words.words) > 1:
        some = queries.posts(request.user, asked.words, asked.filters, size=10, any_word=True)
    meant = queries.meant(request.user, asked.typed)
    everywhere = asked.url(**dict.fromkeys((name for name in asked.shown if name not in ("q", "type", "sort")), ""))
    return {
        "some": some.items,
        "meant": meant,
        "meant_url": asked.url(q=meant) if meant else "",
        "everywhere_url": everywhere,
    }


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": asked.url(type="" if name == "all" else name), "current": name == asked.type}
        for name, label in TYPE_LABELS.items()
    ]


def _form(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What stands in the form, and the filters that can be taken off one by one."""
    filters, shown = asked.filters, asked.shown
    labels = {
        "circle": filters.circle.name if filters.circle and filters.circle.pk else shown.get("circle", ""),
        "author": filters.author.nickname if filters.author and filters.author.pk else shown.get("author", ""),
        "kind": PostKind(filters.kind).label if filters.kind else "",
        "since": SINCE_LABELS.get(filters.since, ""),
        "photos": _("With photos"),
        "featured": _("Featured"),
        "mine": _("In my circles"),
    }
    return {
        "orders": [
            {"label": _("Best fit"), "url": asked.url(sort=""), "current": filters.order == Order.BEST},
            {"label": _("Newest"), "url": asked.url(sort="newest"), "current": filters.order == Order.NEWEST},
        ],
        "worn": [{"label": label, "url": asked.url(**{name: ""})} for name, label in labels.items() if name in shown],
        "kinds": [(kind.value, kind.label, kind == filters.kind) for kind in PostKind],
        "times": [(name, label, name == filters.since) for name, label in SINCE_LABELS.items()],
        "can_be_mine": request.user.is_authenticated,
    }

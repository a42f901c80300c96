"""What a circle keeps: topics, the archive, shelves of featured posts."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from circles import archive, queries, rules
from circles.actions import posts, shelves
from circles.cards import stacked
from circles.models import Circle, Shelf, Topic
from circles.shown import circle_tabs
from circles.views.access import circle_or_404, membership_of, post_or_404, signed_in
from circles.views.circle import IN_CIRCLE
from circles.views.paging import cursor_of, is_more, next_url
from core.errors import DomainError
from core.numbers import whole_number
from core.pagination import Page, keyset_page
from core.parts import whole
from core.text.topics import key_of

TOPICS_PER_PAGE = 60
YEAR_MIN, YEAR_MAX = 1990, 9998


@require_safe
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a circle, those with most posts first."""
    circle = circle_or_404(request, slug)
    rows = Topic.objects.visible_to(request.user).filter(circle=circle)
    page: Page[Topic] = keyset_page(rows, keys=("-post_count", "-id"), cursor=cursor_of(request), size=TOPICS_PER_PAGE)
    for topic in page.items:
        topic.circle = circle
    context = {"page": page, "next_url": next_url(request, page.next_cursor), **_inside(circle, "topics")}
    template = "circles/partials/_topics.html" if is_more(request) else "circles/topics.html"
    return render(request, template, context)


@require_safe
def topic(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The posts of one topic, the newest first."""
    circle = circle_or_404(request, slug)
    found = Topic.objects.visible_to(request.user).filter(circle=circle, key=key_of(name)).first()
    if found is None:
        raise Http404
    rows = queries.posts_in(circle, request.user).filter(post_topics__topic=found)
    context = {"topic": found, **_inside(circle, "topics")}
    return _cards(request, rows, "circles/topic.html", context)


@require_safe
def months(request: HttpRequest, slug: str) -> HttpResponse:
    """How much was written in which month."""
    circle = circle_or_404(request, slug)
    found = archive.months(circle)
    most = max((month.count for month in found), default=1)
    years: dict[int, list[dict[str, Any]]] = {}
    for month in found:
        row = {"month": month, "width": max(round(month.count * 100 / most), 2)}
        years.setdefault(month.year, []).append(row)
    return render(request, "circles/archive.html", {"years": list(years.items()), **_inside(circle, "archive")})


@require_safe
def month(request: HttpRequest, slug: str, year: int, month: int) -> HttpResponse:
    """The posts of one month, the newest first."""
    circle = circle_or_404(request, slug)
    if not (YEAR_MIN <= year <= YEAR_MAX and 1 <= month <= 12):
        raise Http404
    rows = archive.posts_of_month(circle, request.user, year, month)
    shown = archive.Month(year, month, 0)
    neighbours = sorted((row for row in archive.months(circle)), reverse=True)
    context = {
        "month": shown,
        "earlier": next((row for row in neighbours if row[:2] < shown[:2]), None),
        "later": next((row for row in reversed(neighbours) if row[:2] > shown[:2]), None),
        **_inside(circle, "archive"),
    }
    return _cards(request, rows, "circles/month.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit_shelves(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, order and remove the shelves of featured posts."""
    circle = circle_or_404(request, slug)
    rules.can_feature(request.user, membership_of(request, circle.pk)).require()
    error, typed = "", ""
    if request.method == "POST":
        try:
            return _change_shelf(request, circle)
        except DomainError as refused:
            error, typed = str(refused), request.POST.get("name", "")
    context = {"shelves": circle.shelves.all(), "error": error, "typed": typed, **_inside(circle, "featured")}
    return render(request, "circles/shelves.html", context, status=422 if error else 200)


def _change_shelf(request: HttpRequest, circle: Circle) -> HttpResponse:
    do, name = request.POST.get("do", ""), request.POST.get("name", "")
    if do == "add":
        shelves.add(actor=request.user, circle=circle, name=name)
    else:
        shelf = _shelf(circle, request.POST.get("shelf", ""))
        if shelf is None:
            raise Http404
        if do == "rename":
            shelves.rename(actor=request.user, shelf=shelf, name=name)
        elif do == "remove":
            shelves.remove(actor=request.user, shelf=shelf)
        elif do in ("up", "down"):
            shelves.move(actor=request.user, shelf=shelf, up=do == "up")
    messages.success(request, _("Saved."))
    return redirect("circles:shelves", circle.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def put_on_shelf(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the shelf a featured post stands on."""
    post = post_or_404(request, pk)
    rules.can_feature(request.user, membership_of(request, post.circle_id)).require()
    if request.method == "POST":
        shelf = _shelf(post.circle, request.POST.get("shelf", ""))
        posts.set_featured(actor=request.user, post=post, featured=True, shelf=shelf)
        said = _("The post stands on “%(shelf)s” now.") % {"shelf": shelf.name} if shelf else _("The post is featured.")
        messages.success(request, said)
        return redirect(post)
    return render(request, "circles/put_on_shelf.html", {"post": post, "shelves": post.circle.shelves.all()})


def _shelf(circle: Circle, text: str) -> Shelf | None:
    return circle.shelves.filter(pk=whole_number(text)).first()


def _cards(request: HttpRequest, rows: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    page = queries.card_page(
        rows.heard_by(request.user),
        request.user,
        cursor_of(request),
        size=settings.FEED_PAGE_SIZE,
        shape=IN_CIRCLE,
    )
    pieces = stacked(page.items, next_url(request, page.next_cursor))
    if is_more(request):
        return HttpResponse(pieces)
    return render(request, template, {**context, "posts": whole(pieces) if page.items else ""})


def _inside(circle: Circle, tab: str) -> dict[str, Any]:
    """What pages inside a circle show above themselves."""
    return {"circle": circle, "tabs": circle_tabs(circle.get_absolute_url(), tab)}

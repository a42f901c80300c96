"""What came since a page was opened: open pages ask again and again, so "nothing" costs two or three short queries."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from circles import fresh, queries, rules
from circles.floors import html_floors
from circles.heads import post_head
from circles.models import Circle
from core.http import never_kept
from core.numbers import ID_MAX, whole_number
from core.pagination import encode_cursor

FLOOR_MAX = 2**31 - 1


@require_safe
@never_kept
def floors(request: HttpRequest, pk: int) -> HttpResponse:
    """The sign that says how many floors of others came above `after`, 204 for none; with `load` those floors.

    A post one may not see has none, as an unknown one.
    """
    after = _floor_of(request.GET.get("after", ""))
    if pk > ID_MAX or after is None:
        return HttpResponse(status=204)
    if "load" in request.GET:
        return _floors_above(request, pk, after)
    count = fresh.new_floor_count(pk, request.user, after=after)
    if not count:
        return HttpResponse(status=204)
    context = {"count": count, "url": f"/posts/{pk}/?floor={after + 1}#comments"}
    return render(request, "circles/partials/_new_floors.html", context)


def _floors_above(request: HttpRequest, pk: int, after: int) -> HttpResponse:
    found = post_head(pk, request.user)
    if found is None:
        raise Http404
    post = found.post
    page = queries.floors(post, request.user, encode_cursor(after))
    can_moderate = bool(rules.can_moderate(request.user, found.membership))
    context = {
        "floors": html_floors(page.items, post=post, viewer=request.user, can_moderate=can_moderate),
        "comment_count": post.comment_count,
        "next_url": page.next_cursor and f"/posts/{pk}/?{urlencode({'before': page.next_cursor})}",
    }
    return render(request, "circles/partials/_new_floors_loaded.html", context)


@require_safe
@never_kept
def posts(request: HttpRequest, slug: str) -> HttpResponse:
    """The sign that says how many posts of others came above `since`, 204 for none; with `load` those posts, and the
    sign, which now counts from them."""
    circle = queries.visible_circle(slug, request.user)
    if circle is None:
        raise Http404
    since, tab = request.GET.get("since", ""), request.GET.get("tab", queries.TABS[0])
    if "load" in request.GET:
        return _posts_above(request, circle, since, tab)
    count = fresh.new_post_count(circle, request.user, tab, since=since)
    if not count:
        return HttpResponse(status=204)
    return render(request, "components/_new_posts.html", {"count": count, **sign(slug, since, tab)})


def _posts_above(request: HttpRequest, circle: Circle, since: str, tab: str) -> HttpResponse:
    cards = fresh.posts_above(circle, request.user, tab, since=since)
    if cards is None:  # more than a page: what lies between would be missing, so begin anew
        return HttpResponse(headers={"HX-Redirect": reverse("circles:circle", args=[circle.slug])})
    place = fresh.place_of(cards[0]) if cards else since
    return render(request, "circles/partials/_new_posts.html", {"cards": cards, **sign(circle.slug, place, tab)})


def sign(slug: str, since: str, tab: str) -> dict[str, Any]:
    """What components/_new_posts.html needs to count from `since`, a `fresh.place_of`."""
    url, asked = f"/circles/{slug}/", urlencode({"since": since, "tab": tab})
    return {
        "url": url if tab == queries.TABS[0] else f"{url}?tab={tab}",
        "poll_url": f"{url}new/?{asked}",
        "load_url": f"{url}new/?{asked}&load=1",
    }


def _floor_of(text: str) -> int | None:
    return whole_number(text, at_most=FLOOR_MAX)

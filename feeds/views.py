"""Home: the feed of a member, a welcome for everybody else, never an empty page."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.models import Follow, User
from accounts.viewer import reads_ahead, viewer_of
from circles.cards import Html, HtmlCard, stacked
from circles.queries import good_posts, my_circles, suggested_circles
from circles.reading import with_unread
from core.clock import day
from core.frames import Frame
from core.http import never_kept
from core.pagination import Page
from core.parts import Pieces, whole
from feeds import queries
from feeds.followed import followed_page

MY_CIRCLES = 8
SUGGESTED = 6
GOOD_POSTS = 10
SHORT_FEED = 5
"""A feed that ends after fewer posts is followed by suggestions."""

HOME = Frame("feeds/home.html", kept=("is_verified", "is_closing"), holes=("feed", "poll_url", "closing_day"))


@require_safe
@never_kept
@reads_ahead(queries.first_ahead)
def home(request: HttpRequest, *, ahead: queries.Found | None) -> HttpResponse:
    """The first page of the feed or what follows `?before=…` (to htmx: the cards alone); to visitors a welcome."""
    if not viewer_of(request).is_authenticated:
        return render(request, "feeds/welcome.html", _something_to_read(request))
    cursor = request.GET.get("before")
    page = queries.home_page(request.user, cursor, shape=Html(), first=ahead)
    feed = _feed(page)
    if request.htmx and cursor:
        return HttpResponse(b"".join(feed))
    shown: dict[str, Any] = {"is_verified": request.user.is_verified, "feed": feed, **_closing(request.user)}
    if not cursor:
        newest = queries.place_of(page.items[0] if page.items else None)
        shown["poll_url"] = _poll_url(newest, loads=bool(page.items))
        if not _is_short(page):
            return HOME.answer(request, **shown)
        shown |= _something_to_read(request, known={card.post_id for card in page.items})
        shown |= {"circles": with_unread(my_circles(request.user, limit=MY_CIRCLES), request.user), "is_short": True}
    return render(request, "feeds/home.html", shown | {"feed": whole(feed)})


@require_safe
@never_kept
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """What the people one follows post; to htmx, behind a cursor, the cards alone."""
    cursor = request.GET.get("before")
    page = followed_page(request.user, cursor, shape=Html())
    more = page.next_cursor and f"{_address('feeds:following')}?{urlencode({'before': page.next_cursor})}"
    feed = stacked(page.items, more) if page.items or more else []
    if request.htmx and cursor:
        return HttpResponse(b"".join(feed))
    context = {"feed": whole(feed) if feed else "", "follows_somebody": bool(feed) or _follows_somebody(request)}
    return render(request, "feeds/following.html", context)


@require_safe
@never_kept
@login_required
def aside(request: HttpRequest) -> HttpResponse:
    """What stands beside the feed; a wide screen asks for it once the page is there, a phone never does."""
    context = {
        "circles": with_unread(my_circles(request.user, limit=MY_CIRCLES), request.user),
        "suggested": suggested_circles(request.user, SUGGESTED),
    }
    return render(request, "feeds/partials/_aside.html", context)


@require_safe
@never_kept
@login_required
def new_count(request: HttpRequest) -> HttpResponse:
    """The sign that says how many posts came since, 204 for none; open pages ask again and again."""
    since = request.GET.get("since", "")
    count = queries.new_count(request.user, since)
    if not count:
        return HttpResponse(status=204)
    context = _new_posts(since, loads=request.GET.get("loads") == "1")
    return render(request, "components/_new_posts.html", {"count": count, **context})


@require_safe
@never_kept
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """To htmx: the posts that came since, for the top of the feed, and the sign, which now counts from them."""
    since = request.GET.get("since")
    page = queries.home_page(request.user, since=since, shape=Html())
    if page.next_cursor:
        # More than a page: what lies between would be missing, so begin anew.
        return HttpResponse(headers={"HX-Redirect": reverse("home")})
    place = queries.place_of(page.items[0]) if page.items else since or queries.place_of(None)
    return render(request, "circles/partials/_new_posts.html", {"cards": page.items, **_new_posts(place, loads=True)})


def _follows_somebody(request: HttpRequest) -> bool:
    return Follow.objects.filter(follower_id=request.user.pk).exists()


def _closing(person: User) -> dict[str, Any]:
    """Whether the account is about to be closed, and on which day: on the row of whoever looks anyway."""
    at = person.closing_at
    return {"is_closing": at is not None, "closing_day": day(at) if at else ""}


def _something_to_read(request: HttpRequest, known: set[int] | None = None) -> dict[str, Any]:
    good = [card for card in good_posts(request.user, GOOD_POSTS, shape=Html()) if card.post_id not in (known or ())]
    return {"suggested": suggested_circles(request.user, SUGGESTED), "good": good}


def _feed(page: Page[HtmlCard]) -> Pieces:
    """The cards of a page and the way to the next; empty where there is nothing at all."""
    if not page.items and not page.next_cursor:
        return []
    return stacked(page.items, page.next_cursor and f"{_address('home')}?{urlencode({'before': page.next_cursor})}")


def _is_short(page: Page[HtmlCard]) -> bool:
    return not page.next_cursor and len(page.items) < SHORT_FEED


def _new_posts(since: str, *, loads: bool) -> dict[str, Any]:
    """`loads`: the page holds a feed to put new posts on top of; else the sign leads to a fresh page."""
    return {
        "url": _address("home"),
        "poll_url": _poll_url(since, loads=loads),
        "load_url": f"{_address('feeds:new')}?{urlencode({'since': since})}" if loads else "",
    }


def _poll_url(since: str, *, loads: bool) -> str:
    return f"{_address('feeds:new_count')}?{urlencode({'since': since, 'loads': int(loads)})}"


@cache
def _address(name: str) -> str:
    return reverse(name)

"""Reading home: what workers put into the timeline, what is pulled while reading, and the reader's own posts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from circles.cards import Html, HtmlCard
from circles.models import Post
from circles.queries import FULL, PostCard, Shape
from core.pagination import Page, decode_cursor, encode_cursor
from feeds.candidates import Place, candidates, candidates_with_rows, first_with_viewer

if TYPE_CHECKING:
    from accounts.models import User
    from circles.models.post import PostQuerySet

NEW_POSTS_MAX = 99
"""The "new posts" sign counts no further."""
MARGIN = 1
"""Read beyond a page: whether there are more, and in place of one that may not be seen any more."""
MARGIN_OF_DISTANT = 3
"""For viewers who keep a distance to somebody, from whom more is kept back."""
ROUNDS_MAX = 4
"""Pages looked through for one that is full; a shorter one still leads on."""

Found = list[tuple[Place, Any]]
"""Places, newest first, and what of each the viewer may see, None where it is nothing."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def home_page(
    viewer: "User",
    cursor: str | None = None,
    *,
    since: str | None = None,
    size: int | None = None,
    shape: Shape[Any] = FULL,
    first: Found | None = None,
) -> Page[Any]:
    """Newest first, each post once: posts of the viewer's circles, announcements of merchants they follow, own posts.

    `cursor` continues behind a page; `since` (a `place_of`) leaves out what is as old or older. Where much of what the
    timeline holds is hidden by now it reads on, a bounded number of times; a page may then be short and still have a
    `next_cursor`. `first`: what was read ahead.
    """
    size = size or settings.FEED_PAGE_SIZE
    before, after = _place(cursor), _place(since)
    rows: list[Any] = []
    most = size + (MARGIN_OF_DISTANT if viewer.keeps_distance else MARGIN)
    for _round in range(ROUNDS_MAX):
        found = _look(viewer, before, after, most, shape) if first is None else first
        first = None
        for place, row in found:
            if row is None:
                continue
            if len(rows) == size:
                return Page(shape.make(rows, viewer), _encode(before))
            rows.append(row)
            before = place
        if len(found) < most:
            return Page(shape.make(rows, viewer), None)
        before = found[-1][0]
    return Page(shape.make(rows, viewer), _encode(before))


def first_ahead(request: HttpRequest) -> Found | None:
    """What the first page of cards as HTML begins with, read in the round trip of whoever looks; None where it is to be
    asked alone."""
    if request.GET.get("before"):
        return None
    return first_with_viewer(request, most=settings.FEED_PAGE_SIZE + MARGIN)


def new_count(viewer: "User", since: str | None) -> int:
    """How many posts of others home would show above `since`, up to NEW_POSTS_MAX; two queries."""
    after = _place(since)
    if after is None:
        return 0
    places = candidates(viewer, before=None, after=after, most=NEW_POSTS_MAX)
    return _posts(viewer, places).exclude(author=viewer).count()


def place_of(card: PostCard | HtmlCard | None) -> str:
    """An opaque mark of where a card stands in home, for `since`; without a card the place before everything."""
    return encode_cursor(card.published_at, card.post_id) if card else encode_cursor(_EPOCH, 0)


def _look(viewer: "User", before: Place | None, after: Place | None, most: int, shape: Shape[Any]) -> Found:
    """The places and what of them the viewer may see. Queries: 1 for cards as HTML, which are asked for all day; else 2
    or what `shape` takes."""
    if isinstance(shape, Html):
        return candidates_with_rows(viewer, before=before, after=after, most=most)
    places = candidates(viewer, before=before, after=after, most=most)
    shown = {row.id: row for row in shape.pick([post_id for _, post_id in places], viewer)}
    return [(place, shown.get(place[1])) for place in places]


def _posts(viewer: "User", places: list[Place]) -> "PostQuerySet":
    return Post.objects.visible_to(viewer).filter(pk__in=[post_id for _, post_id in places])


def _place(cursor: str | None) -> Place | None:
    return decode_cursor(cursor, kinds=(datetime, int))


def _encode(place: Place | None) -> str | None:
    return encode_cursor(*place) if place else None

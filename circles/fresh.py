"""What came since a page was opened, for pages that stay open. Counting is one bounded query: it is asked often."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from circles import queries
from circles.cards import Html, HtmlCard
from circles.models import Circle, Comment
from core.pagination import decode_cursor, encode_cursor

if TYPE_CHECKING:
    from accounts.models import User
    from circles.models.post import PostQuerySet

    Person = User | Any

COUNT_MAX = 99
"""Signs count no further."""
IN_CIRCLE = Html(show_circle=False)


def new_floor_count(post_id: int, viewer: "Person", *, after: int) -> int:
    """How many floors of others the viewer sees above number `after`, up to COUNT_MAX. Queries: 1."""
    floors = Comment.objects.visible_to(viewer).filter(post_id=post_id, floor__gt=after)
    return _others(floors, viewer)[:COUNT_MAX].count()


def new_post_count(circle: Circle, viewer: "Person", tab: str, *, since: str) -> int:
    """How many posts of others the viewer sees above `since` (a `place_of`), up to COUNT_MAX. Queries: 1."""
    posts = _above(circle, viewer, tab, since)
    return 0 if posts is None else _others(posts, viewer)[:COUNT_MAX].count()


def posts_above(circle: Circle, viewer: "Person", tab: str, *, since: str) -> list[HtmlCard] | None:
    """Those posts, the viewer's own among them, as cards; None where they are more than a page. Queries: 1 or 3."""
    posts = _above(circle, viewer, tab, since)
    if posts is None:
        return []
    rows = list(IN_CIRCLE.load(posts, viewer).order_by("-published_at", "-id")[: settings.FEED_PAGE_SIZE + 1])
    return None if len(rows) > settings.FEED_PAGE_SIZE else IN_CIRCLE.make(rows, viewer)


def place_of(card: HtmlCard) -> str:
    """An opaque mark of where a card stands in its circle, for `since`."""
    return encode_cursor(card.published_at, card.post_id)


def _above(circle: Circle, viewer: "Person", tab: str, since: str) -> "PostQuerySet | None":
    place = decode_cursor(since, kinds=(datetime, int))
    if place is None:
        return None
    at, post_id = place
    # The first condition alone is what an index can start from; the second settles ties.
    posts = queries.listed_posts(circle, viewer, tab).filter(published_at__gte=at)
    return posts.filter(Q(published_at__gt=at) | Q(pk__gt=post_id))


def _others(rows: Any, viewer: "Person") -> Any:
    return rows if viewer.pk is None else rows.exclude(author_id=viewer.pk)

"""Reading home: what workers put into the timeline, what is pulled while reading, and the reader's own posts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from circles.cards import HtmlCard
from circles.models import Post
from circles.queries import FULL, PostCard, Shape
from core.pagination import Page, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from accounts.models import User
    from circles.models.post import PostQuerySet

NEW_POSTS_MAX = 99
"""The "new posts" sign counts no further."""
MARGIN = 10
"""Read beyond a page, for those that may not be seen (any more)."""
ROUNDS_MAX = 4
"""Pages looked through for one that is full; a shorter one still leads on."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Place = tuple[datetime, int]
"""Where a post stands in the order of home: (published_at, post id)."""

# Membership and fan-ship are those of this moment, so leaving, being banned and unfollowing take effect on the next
# read, whatever the timeline holds. `state = 'published'` is here for the index; who may see what is asked afterwards,
# of Post.objects.visible_to.
_CANDIDATES = """
    WITH joined AS MATERIALIZED (
        SELECT circle_id FROM circles_membership WHERE user_id = %(viewer)s AND state = 'active'
    ), followed AS MATERIALIZED (
        SELECT merchant.circle_id
          FROM merchants_fan fan JOIN merchants_merchant merchant ON merchant.id = fan.merchant_id
         WHERE fan.user_id = %(viewer)s AND merchant.state = 'verified'
    )
    (SELECT entry.published_at, entry.post_id AS id
       FROM feeds_feedentry entry
      WHERE entry.member_id = %(viewer)s
        AND (entry.published_at, entry.post_id) < (%(before)s::timestamptz, %(before_id)s)
        AND (entry.published_at, entry.post_id) > (%(after)s::timestamptz, %(after_id)s)
        AND (entry.circle_id IN (SELECT circle_id FROM joined)
             OR entry.circle_id IN (SELECT circle_id FROM followed)
                AND (SELECT post.kind FROM circles_post post WHERE post.id = entry.post_id) = 'announcement')
      ORDER BY entry.published_at DESC, entry.post_id DESC
      LIMIT %(most)s)
    UNION
    (SELECT newest.published_at, newest.id
       FROM feeds_pullsource source
       JOIN joined USING (circle_id)
      CROSS JOIN LATERAL (
            SELECT post.published_at, post.id FROM circles_post post
             WHERE post.circle_id = source.circle_id AND post.state = 'published'
               AND (post.published_at, post.id) < (%(before)s::timestamptz, %(before_id)s)
               AND (post.published_at, post.id) > (%(after)s::timestamptz, %(after_id)s)
             ORDER BY post.published_at DESC, post.id DESC
             LIMIT %(most)s) newest
      WHERE source.for_members)
    UNION
    (SELECT newest.published_at, newest.id
       FROM feeds_pullsource source
       JOIN followed USING (circle_id)
      CROSS JOIN LATERAL (
            SELECT post.published_at, post.id FROM circles_post post
             WHERE post.circle_id = source.circle_id AND post.state = 'published' AND post.kind = 'announcement'
               AND (post.published_at, post.id) < (%(before)s::timestamptz, %(before_id)s)
               AND (post.published_at, post.id) > (%(after)s::timestamptz, %(after_id)s)
             ORDER BY post.published_at DESC, post.id DESC
             LIMIT %(most)s) newest
      WHERE source.for_fans)
    UNION
    (SELECT post.published_at, post.id
       FROM circles_post post
      WHERE post.author_id = %(viewer)s AND post.state = 'published'
        AND (post.published_at, post.id) < (%(before)s::timestamptz, %(before_id)s)
        AND (post.published_at, post.id) > (%(after)s::timestamptz, %(after_id)s)
      ORDER BY post.published_at DESC, post.id DESC
      LIMIT %(most)s)
    ORDER BY 1 DESC, 2 DESC
    LIMIT %(most)s"""


def home_page(
    viewer: "User",
    cursor: str | None = None,
    *,
    since: str | None = None,
    size: int | None = None,
    shape: Shape[Any] = FULL,
) -> Page[Any]:
    """Newest first, each post once: posts of the viewer's circles, announcements of merchants they follow, own posts.

    `cursor` continues behind a page; `since` (a `place_of`) leaves out what is as old or older. Where much of what the
    timeline holds is hidden by now it reads on, a bounded number of times; a page may then be short and still have a
    `next_cursor`.
    """
    size = size or settings.FEED_PAGE_SIZE
    before, after = _place(cursor), _place(since)
    rows: list[Any] = []
    most = size + MARGIN
    for _round in range(ROUNDS_MAX):
        places = _candidates(viewer, before=before, after=after, most=most)
        shown = {row.id: row for row in shape.pick([post_id for _, post_id in places], viewer)}
        for place in places:
            if place[1] not in shown:
                continue
            if len(rows) == size:
                return Page(shape.make(rows, viewer), _encode(before))
            rows.append(shown[place[1]])
            before = place
        if len(places) < most:
            return Page(shape.make(rows, viewer), None)
        before = places[-1]
    return Page(shape.make(rows, viewer), _encode(before))


def new_count(viewer: "User", since: str | None) -> int:
    """How many posts of others home would show above `since`, up to NEW_POSTS_MAX; two queries."""
    after = _place(since)
    if after is None:
        return 0
    places = _candidates(viewer, before=None, after=after, most=NEW_POSTS_MAX)
    return _posts(viewer, places).exclude(author=viewer).count()


def place_of(card: PostCard | HtmlCard | None) -> str:
    """An opaque mark of where a card stands in home, for `since`; without a card the place before everything."""
    return encode_cursor(card.published_at, card.post_id) if card else encode_cursor(_EPOCH, 0)


def _posts(viewer: "User", places: list[Place]) -> "PostQuerySet":
    return Post.objects.visible_to(viewer).filter(pk__in=[post_id for _, post_id in places])


def _candidates(viewer: "User", *, before: Place | None, after: Place | None, most: int) -> list[Place]:
    values: dict[str, Any] = {"viewer": viewer.pk, "most": most}
    values["before"], values["before_id"] = before or ("infinity", 0)
    values["after"], values["after_id"] = after or ("-infinity", 0)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        return cursor.fetchall()


def _place(cursor: str | None) -> Place | None:
    return decode_cursor(cursor, kinds=(datetime, int))


def _encode(place: Place | None) -> str | None:
    return encode_cursor(*place) if place else None

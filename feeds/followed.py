"""Reading what the people one follows post: pulled person by person, so that nothing is written for it.

Each followed person costs one probe of the index `post_of_author`; accounts.rules.FOLLOWS_MAX bounds how many there
are. What leads to no profile is left out here: posts under a pseudonym, under a nickname that is not linked, and
announcements, which speak for a merchant. Who may see what is asked afterwards, of Post.objects.visible_to, as in home.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from circles.queries import FULL, Shape
from core.pagination import Page, decode_cursor, encode_cursor

if TYPE_CHECKING:
    from accounts.models import User

MARGIN = 5
"""Read beyond a page, for those that may not be seen."""
ROUNDS_MAX = 4
"""Pages looked through for one that is full; a shorter one still leads on."""

_PLACES = """
    SELECT post.published_at, post.id
      FROM accounts_follow follow
     CROSS JOIN LATERAL (
        SELECT post.published_at, post.id
          FROM circles_post post
         WHERE post.author_id = follow.followed_id
           AND post.state = 'published'
           AND post.author_mask = '' AND post.author_linked AND post.kind <> 'announcement'
           AND (post.published_at, post.id) < (%(before)s::timestamptz, %(before_id)s)
         ORDER BY post.published_at DESC, post.id DESC
         LIMIT %(most)s) post
     WHERE follow.follower_id = %(viewer)s
     ORDER BY post.published_at DESC, post.id DESC
     LIMIT %(most)s"""

Place = tuple[datetime, int]


def followed_page(
    viewer: "User", cursor: str | None = None, *, size: int | None = None, shape: Shape[Any] = FULL
) -> Page[Any]:
    """What the people the viewer follows posted, the newest first, without those they mute.

    Where much of it may not be seen it reads on, a bounded number of times; a page may then be short and still have
    a `next_cursor`. Queries: 1 and those of `shape`, a round.
    """
    size = size or settings.FEED_PAGE_SIZE
    before: Any = decode_cursor(cursor, kinds=(datetime, int))
    rows: list[Any] = []
    most = size + MARGIN
    for _round in range(ROUNDS_MAX):
        places = _places(viewer, before, most)
        shown = {row.id: row for row in shape.pick([post_id for _, post_id in places], viewer)}
        for place in places:
            if place[1] not in shown:
                continue
            if len(rows) == size:
                return Page(shape.make(rows, viewer), encode_cursor(*before))
            rows.append(shown[place[1]])
            before = place
        if len(places) < most:
            return Page(shape.make(rows, viewer), None)
        before = places[-1]
    return Page(shape.make(rows, viewer), encode_cursor(*before))


def _places(viewer: "User", before: Place | None, most: int) -> list[Place]:
    at, post_id = before or ("infinity", 0)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"viewer": viewer.pk, "before": at, "before_id": post_id, "most": most})
        return [(row[0], row[1]) for row in cursor.fetchall()]

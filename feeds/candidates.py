"""Which posts home shows: their places in its order, in one statement, with what cards ask of each post or without."""

from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts.viewer import KEEPS_DISTANCE, WithViewer
from circles.cards import Row, load_behind_gates, row_beside
from core.jobs import enqueue
from core.statements import Statement
from core.together import Question
from feeds.models import second_of

if TYPE_CHECKING:
    from accounts.models import User

OVERLAP = timedelta(minutes=5)
"""Posts around the moment of joining may be pushed and pulled: each shows once, and none falls between the two."""
RESUME_SECONDS = 60
"""How often at most a returning member's timeline is asked to be written again."""
AHEAD = timedelta(hours=1)
"""Nothing is published later than now, whatever the clocks of machines say; partitions made ahead are not opened."""

Place = tuple[datetime, int]
"""Where a post stands in the order of home: (published_at, post id)."""

# A post comes from the timeline, or is pulled from its circle: the two meet at `until`, a moment of each circle.
# What was published before is pulled: before joining, before the timelines reach, before a return after absence; and
# all of it where a circle is not pushed at all. A circle whose `until` lies below a page that the timeline fills has
# nothing to add and is not looked at.
#
# Membership and fan-ship are those of this moment, so leaving, being banned and unfollowing take effect on the next
# read, whatever the timeline holds. `state = 'published'` is here for the index; who may see what is asked afterwards,
# of Post.objects.visible_to.
#
# Entries are read in the order of seconds, so that those after the first page are not joined. WITH TIES takes the last
# second whole, so that the exact order, made afterwards, misses nothing.
_PLACES = """
    WITH reader AS MATERIALIZED (
        SELECT CASE WHEN absence.member_id IS NULL THEN %(oldest)s::timestamptz
                    ELSE greatest(%(oldest)s::timestamptz, coalesce(absence.complete_since, 'infinity'))
                END AS floor
          FROM (SELECT) one LEFT JOIN feeds_absence absence ON absence.member_id = %(viewer)s
    ), joined AS MATERIALIZED (
        SELECT membership.circle_id,
               CASE WHEN source.for_members THEN 'infinity'
                    ELSE greatest(membership.joined_at + %(overlap)s, reader.floor) END AS until
          FROM reader
         CROSS JOIN circles_membership membership
          LEFT JOIN feeds_pullsource source ON source.circle_id = membership.circle_id
         WHERE membership.user_id = %(viewer)s AND membership.state = 'active'
    ), followed AS MATERIALIZED (
        SELECT merchant.circle_id,
               CASE WHEN source.for_fans THEN 'infinity'
                    ELSE greatest(fan.followed_at + %(overlap)s, reader.floor) END AS until
          FROM reader
         CROSS JOIN merchants_fan fan
          JOIN merchants_merchant merchant ON merchant.id = fan.merchant_id
          LEFT JOIN feeds_pullsource source ON source.circle_id = merchant.circle_id
         WHERE fan.user_id = %(viewer)s AND merchant.state = 'verified'
    ), pushed AS MATERIALIZED (
        SELECT post.published_at, post.id
          FROM (SELECT at, post_id
                  FROM feeds_feedentry
                 WHERE member_id = %(viewer)s AND {within_seconds}
                 ORDER BY at DESC) entry
          JOIN circles_post post ON post.id = entry.post_id
         WHERE (post.circle_id IN (SELECT circle_id FROM joined)
                OR post.kind = 'announcement' AND post.circle_id IN (SELECT circle_id FROM followed))
           AND {within}
         ORDER BY entry.at DESC
         FETCH FIRST %(most)s ROWS WITH TIES
    ), edge AS MATERIALIZED (
        SELECT greatest(%(after)s::timestamptz,
                        (SELECT min(published_at) FROM pushed HAVING count(*) >= %(most)s)) AS lowest
    )
    SELECT place.published_at, place.id, (SELECT floor = 'infinity' FROM reader) AS is_absent
      FROM (
        SELECT published_at, id FROM pushed
        UNION
        SELECT newest.published_at, newest.id
          FROM joined
         CROSS JOIN LATERAL (
                SELECT post.published_at, post.id FROM circles_post post
                 WHERE post.circle_id = joined.circle_id AND post.state = 'published'
                   AND {until_of_joined}
                 ORDER BY post.published_at DESC, post.id DESC
                 LIMIT %(most)s) newest
         WHERE joined.until > (SELECT lowest FROM edge)
        UNION
        SELECT newest.published_at, newest.id
          FROM followed
         CROSS JOIN LATERAL (
                SELECT post.published_at, post.id FROM circles_post post
                 WHERE post.circle_id = followed.circle_id AND post.state = 'published' AND post.kind = 'announcement'
                   AND {until_of_followed}
                 ORDER BY post.published_at DESC, post.id DESC
                 LIMIT %(most)s) newest
         WHERE followed.until > (SELECT lowest FROM edge)
        UNION
        (SELECT post.published_at, post.id
           FROM circles_post post
          WHERE post.author_id = %(viewer)s AND post.state = 'published'
            AND {within}
          ORDER BY post.published_at DESC, post.id DESC
          LIMIT %(most)s)
      ) place
     ORDER BY 1 DESC, 2 DESC
     LIMIT %(most)s"""
_BETWEEN = {
    "within_seconds": "at BETWEEN %(first_second)s AND %(last_second)s",
    "within": "(post.published_at, post.id) < (%(before)s::timestamptz, %(before_id)s)"
    " AND (post.published_at, post.id) > (%(after)s::timestamptz, %(after_id)s)",
    **{
        f"until_of_{source}": "(post.published_at, post.id) <"
        f" (least({source}.until, %(before)s::timestamptz),"
        f" CASE WHEN {source}.until < %(before)s::timestamptz THEN 0 ELSE %(before_id)s END)"
        " AND (post.published_at, post.id) > (%(after)s::timestamptz, %(after_id)s)"
        for source in ("joined", "followed")
    },
}
# The first page is asked for all day. Without bounds Postgres knows how many entries a member has, and reads them from
# the newest partition on, as many as it needs, instead of all of them to sort.
_FROM_THE_NEWEST = {
    "within_seconds": "true",
    "within": "true",
    "until_of_joined": "post.published_at < joined.until",
    "until_of_followed": "post.published_at < followed.until",
}
_TYPES = {
    "viewer": "bigint",
    "most": "bigint",
    "overlap": "interval",
    "oldest": "timestamptz",
    "before": "timestamptz",
    "before_id": "bigint",
    "after": "timestamptz",
    "after_id": "bigint",
    "first_second": "bigint",
    "last_second": "bigint",
}
_CANDIDATES = Statement(_PLACES.format(**_BETWEEN), **_TYPES)
_NO_BOUNDS = {"before": "infinity", "before_id": 0, "after": "-infinity", "after_id": 0}

# The rows of cards beside the places. OFFSET 0 has each looked up by its key: Postgres does not know how few there are.
_WITH_ROWS = """
    SELECT seen.*, is_absent,
           CASE WHEN seen.id IS NULL THEN place.published_at END, CASE WHEN seen.id IS NULL THEN place.id END
      FROM ({places}) place LEFT JOIN LATERAL ({row} OFFSET 0) seen ON true
     ORDER BY place.published_at DESC, place.id DESC"""


def candidates(viewer: "User", *, before: Place | None, after: Place | None, most: int) -> list[Place]:
    """The newest `most` places between `after` and `before`, both excluded; one query.

    A member who was absent gets theirs pulled, and a job is written that has their timeline written again.
    """
    rows = _CANDIDATES(most=most, overlap=OVERLAP, **_bounds(viewer, before, after))
    if rows and rows[0][2]:
        _resume(viewer)
    return [(published_at, post_id) for published_at, post_id, _is_absent in rows]


def candidates_with_rows(
    viewer: "User", *, before: Place | None, after: Place | None, most: int
) -> list[tuple[Place, Row | None]]:
    """The same with the row of each post's card, None where the viewer may not see it; one query, one more where posts
    are in circles with a view gate."""
    ask = _asked_alone(most, viewer.keeps_distance, before is None and after is None)
    return _settled([_seen(row) for row in ask(**_bounds(viewer, before, after))], viewer)


def first_with_viewer(request: HttpRequest, *, most: int) -> list[tuple[Place, Row | None]] | None:
    """The newest of them, read in the round trip of whoever looks; None where that is not possible."""
    oldest = timezone.now() - timedelta(days=settings.FEED_KEEP_DAYS)
    [rows] = _first_with_viewer(most).read(request, oldest=oldest)
    return None if rows is None else _settled(sorted(rows, key=attrgetter("place"), reverse=True), request.user)


class _Seen(NamedTuple):
    """A place and what was read beside it."""

    place: Place
    row: Row | None
    is_absent: bool
    """Whether the timeline is to be written again: the same in all."""


def _seen(columns: tuple[Any, ...]) -> _Seen:
    """Of a row of `_WITH_ROWS`."""
    *of_card, is_absent, published_at, post_id = columns
    row = Row._make(of_card) if of_card[0] is not None else None
    return _Seen((row.published_at, row.id) if row else (published_at, post_id), row, is_absent)


def _settled(found: list[_Seen], viewer: "User") -> list[tuple[Place, Row | None]]:
    if found and found[0].is_absent:
        _resume(viewer)
    gated = {}
    if not viewer.keeps_distance and (ids := [seen.place[1] for seen in found if seen.row is None]):
        gated = {row.id: row for row in load_behind_gates(ids, viewer)}
    return [(seen.place, seen.row or gated.get(seen.place[1])) for seen in found]


@lru_cache
def _asked_alone(most: int, keeps_distance: bool, is_first: bool) -> Statement:
    return Statement(*_with_rows(most, keeps_distance, is_first), **_TYPES)


@lru_cache
def _first_with_viewer(most: int) -> WithViewer:
    sql, fixed = _with_rows(most, keeps_distance=False, is_first=True)
    return WithViewer([Question(sql, kept=_seen, unless=KEEPS_DISTANCE)], fixed, **_TYPES)


def _with_rows(most: int, keeps_distance: bool, is_first: bool) -> tuple[str, dict[str, Any]]:
    """(SQL, the values in it that are fixed)."""
    row = row_beside("place.id", keeps_distance=keeps_distance).named()
    places = _PLACES.format(**(_FROM_THE_NEWEST if is_first else _BETWEEN))
    fixed = {"most": most, "overlap": OVERLAP, **(_NO_BOUNDS if is_first else {})}
    return _WITH_ROWS.format(places=places, row=row), fixed


def _bounds(viewer: "User", before: Place | None, after: Place | None) -> dict[str, Any]:
    now = timezone.now()
    oldest = now - timedelta(days=settings.FEED_KEEP_DAYS)
    values: dict[str, Any] = {
        "viewer": viewer.pk,
        "oldest": oldest,
        **_NO_BOUNDS,
        "last_second": second_of(now + AHEAD),
    }
    values["first_second"] = second_of(max(oldest, after[0]) if after else oldest)
    if before:
        values["before"], values["before_id"], values["last_second"] = *before, second_of(before[0])
    if after:
        values["after"], values["after_id"] = after
    return values


def _resume(viewer: "User") -> None:
    if cache.add(f"feeds.resume:{viewer.pk}", 1, timeout=RESUME_SECONDS):
        enqueue(
            "feeds.resume_timeline",
            user_id=viewer.pk,
            unique_key=f"feeds.resume_timeline:{viewer.pk}:{int(timezone.now().timestamp()) // RESUME_SECONDS}",
        )

"""Writing home timelines. Every statement may run twice: what is there already stays as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from circles.models import Post, PostKind, Publication
from core.jobs.queue import enqueue_many
from core.observability import metrics
from core.prepared import Prepared, among
from feeds.actions import partitions
from feeds.models import second_of

BACKFILL_POSTS = 50
"""How many posts of a circle are put into the timeline of somebody who just joined."""
_LAST_ID = 2**63 - 1

# `{range}` is empty or cuts out a stretch of people: a range scan of the index that begins with the circle.
_MEMBERS = "SELECT user_id FROM circles_membership WHERE circle_id = %(circle)s AND state = 'active' {range}"
_MEMBERS_AND_FANS = """
    SELECT user_id FROM circles_membership WHERE circle_id = %(circle)s AND state = 'active' {range}
     UNION
    SELECT user_id FROM merchants_fan
     WHERE merchant_id = (SELECT id FROM merchants_merchant WHERE circle_id = %(circle)s) {range}"""
_RANGE = "AND user_id BETWEEN %(first)s AND %(last)s"

# In the order of the key, so that neighbours are written to the same page of the index.
_PUSH = """
    INSERT INTO feeds_feedentry (post_id, member_id, at)
    SELECT %(post)s, user_id, %(at)s
      FROM ({audience}) audience
     WHERE NOT EXISTS (SELECT 1 FROM feeds_absence absence
                        WHERE absence.member_id = audience.user_id AND absence.complete_since IS NULL
                          AND absence.member_id BETWEEN %(first)s AND %(last)s)
     ORDER BY user_id"""
# Looking for conflicts row by row costs nearly as much again as the rows, so it is done only where there is one.
_UNLESS_THERE = " ON CONFLICT DO NOTHING"

# Counted, not taken from a counter, and counted no further than needed.
_SIZE = "SELECT count(*) FROM (SELECT 1 FROM ({audience}) everybody LIMIT %(most)s) audience"
_RANGES = """
    SELECT min(user_id), max(user_id)
      FROM (SELECT user_id, (row_number() OVER (ORDER BY user_id) - 1) / %(size)s AS part
              FROM ({audience}) audience) numbered
     GROUP BY part
     ORDER BY part"""

# Where it says so already nothing is locked: all who publish in a large circle come here.
_PULL = """
    INSERT INTO feeds_pullsource (circle_id, for_members, for_fans)
    SELECT %(circle)s, true, %(fans)s
     WHERE NOT EXISTS (SELECT FROM feeds_pullsource
                        WHERE circle_id = %(circle)s AND for_members AND (for_fans OR NOT %(fans)s))
        ON CONFLICT (circle_id) DO UPDATE
       SET for_members = true, for_fans = feeds_pullsource.for_fans OR excluded.for_fans"""

_SECOND = "floor(extract(epoch FROM post.published_at - timestamptz '2020-01-01 00:00:00+00'))"

_BACKFILL = f"""
    INSERT INTO feeds_feedentry (post_id, member_id, at)
    SELECT post.id, %(user)s, {_SECOND}
      FROM circles_post post
     WHERE post.circle_id = %(circle)s AND post.state = 'published' AND post.published_at >= %(oldest)s
       AND EXISTS (SELECT 1 FROM circles_membership
                    WHERE circle_id = %(circle)s AND user_id = %(user)s AND state = 'active')
     ORDER BY post.published_at DESC, post.id DESC
     LIMIT %(most)s
        ON CONFLICT DO NOTHING"""  # noqa: S608 - put together from constants

_BACKFILL_ANNOUNCEMENTS = f"""
    INSERT INTO feeds_feedentry (post_id, member_id, at)
    SELECT post.id, %(user)s, {_SECOND}
      FROM circles_post post JOIN merchants_merchant merchant ON merchant.circle_id = post.circle_id
     WHERE merchant.id = %(merchant)s AND post.state = 'published' AND post.kind = 'announcement'
       AND post.published_at >= %(oldest)s
       AND EXISTS (SELECT 1 FROM merchants_fan WHERE merchant_id = %(merchant)s AND user_id = %(user)s)
     ORDER BY post.published_at DESC, post.id DESC
     LIMIT %(most)s
        ON CONFLICT DO NOTHING"""  # noqa: S608

_FORGET = """
    DELETE FROM feeds_feedentry entry
     USING circles_post post
     WHERE entry.member_id = %(user)s AND post.id = entry.post_id AND post.circle_id = %(circle)s
       AND NOT EXISTS (SELECT 1 FROM circles_membership
                        WHERE circle_id = %(circle)s AND user_id = %(user)s AND state = 'active')
       AND NOT (post.kind = 'announcement'
                AND EXISTS (SELECT 1
                              FROM merchants_fan fan JOIN merchants_merchant merchant ON merchant.id = fan.merchant_id
                             WHERE merchant.circle_id = %(circle)s AND fan.user_id = %(user)s))"""


@dataclass(frozen=True)
class Range:
    """A stretch of an audience by the numbers of its people, both ends included."""

    first: int
    last: int


def fan_out(*, post_id: int, job_id: int) -> None:
    """Bring a published post to the timelines of its audience, or leave it to be pulled by the readers.

    The audience is the circle's active members, for an announcement also the merchant's fans. Up to FEED_RANGE_SIZE
    people are written for here, up to FEED_PUSH_MAX_MEMBERS by range jobs (children of `job_id`), and for more
    nothing is written but a PullSource. Absent people are passed over, and so is a post that is hidden or deleted by
    now.
    """
    fan_out_all([(post_id, job_id)])


def fan_out_all(asked: Sequence[tuple[int, int]]) -> None:
    """The same for several (post, job); each audience is counted once, and FEED_RANGE_SIZE is what is written here for
    all of them, so that none of them is seen late: the others go by range jobs."""
    job_of = dict(asked)
    sizes: dict[tuple[int, bool], int] = {}
    room = settings.FEED_RANGE_SIZE
    # Circle by circle, so that two who do this wait for each other in one direction only.
    for post in sorted(_published(job_of), key=lambda post: (post.circle_id, post.pk)):
        audience = (post.circle_id, post.is_announcement)
        if audience not in sizes:
            sizes[audience] = _audience_size(post)
            if sizes[audience] > settings.FEED_PUSH_MAX_MEMBERS:
                _execute(_PULL, circle=post.circle_id, fans=post.is_announcement)
        if sizes[audience] > settings.FEED_PUSH_MAX_MEMBERS:
            continue
        if sizes[audience] <= room:
            _push(post, first_id=0, last_id=_LAST_ID)
            room -= sizes[audience]
        else:
            _push_by_ranges(post, job_id=job_of[post.pk])


def _push_by_ranges(post: Post, *, job_id: int) -> None:
    ranges = _ranges(post)
    enqueue_many(
        "feeds.fan_out_range",
        [{"post_id": post.pk, "first_id": part.first, "last_id": part.last} for part in ranges],
        unique_keys=[f"feeds.fan_out_range:{job_id}:{part.first}" for part in ranges],
        parent_id=job_id,
    )


def fan_out_range(*, post_id: int, first_id: int, last_id: int) -> None:
    """Put a post into the timelines of those of its audience whose ids lie in the range, both ends included."""
    for post in _published([post_id]):
        _push(post, first_id=first_id, last_id=last_id)


def backfill(*, circle_id: int, user_id: int) -> None:
    """Put a circle's newest posts into a member's timeline; nothing if they are no member any more.

    Home does not wait for it: what was published before somebody joined is pulled as well.
    """
    partitions.make_ahead()
    oldest = partitions.oldest_written()
    _execute(_BACKFILL, circle=circle_id, user=user_id, oldest=oldest, most=BACKFILL_POSTS)


def backfill_announcements(*, merchant_id: int, user_id: int) -> None:
    """Put a merchant's newest announcements into a fan's timeline; nothing if they are no fan any more."""
    partitions.make_ahead()
    oldest = partitions.oldest_written()
    _execute(_BACKFILL_ANNOUNCEMENTS, merchant=merchant_id, user=user_id, oldest=oldest, most=BACKFILL_POSTS)


def forget(*, circle_id: int, user_id: int) -> None:
    """Take a circle's posts out of the timeline of somebody who left.

    Announcements stay for fans, and everything stays for those who are back: a late job takes nothing away.
    """
    _execute(_FORGET, circle=circle_id, user=user_id)


def _published(post_ids: Iterable[int]) -> list[Post]:
    return _posts.instances(ids=list(post_ids))


_posts = Prepared(
    lambda any_: Post.objects.filter(pk__in=among(any_.ids), state=Publication.PUBLISHED).only(
        "circle", "kind", "published_at"
    ),
    "ids",
)


def _audience(post: Post) -> str:
    return _MEMBERS_AND_FANS if post.kind == PostKind.ANNOUNCEMENT else _MEMBERS


def _audience_size(post: Post) -> int:
    """How many people; of more than may be pushed only so many that it shows."""
    statement = _SIZE.format(audience=_audience(post).format(range=""))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"circle": post.circle_id, "most": settings.FEED_PUSH_MAX_MEMBERS + 1})
        return int(cursor.fetchone()[0])


def _ranges(post: Post) -> list[Range]:
    """The audience in stretches of FEED_RANGE_SIZE people."""
    statement = _RANGES.format(audience=_audience(post).format(range=""))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"circle": post.circle_id, "size": settings.FEED_RANGE_SIZE})
        return [Range(*row) for row in cursor.fetchall()]


def _push(post: Post, *, first_id: int, last_id: int) -> None:
    """What was published longer ago than timelines reach is put into none: everybody pulls it."""
    if post.published_at < partitions.oldest_written():
        return
    partitions.ensure(post.published_at)
    statement = _PUSH.format(audience=_audience(post).format(range=_RANGE))
    values = {"circle": post.circle_id, "post": post.pk, "at": second_of(post.published_at)}
    values |= {"first": first_id, "last": last_id}
    try:
        with transaction.atomic():
            written = _execute(statement, **values)
    except IntegrityError:  # restored after it was fanned out, or put there for somebody who just joined
        written = _execute(statement + _UNLESS_THERE, **values)
    metrics.FANOUT_ROWS.add(written)


def _execute(statement: str, **values: Any) -> int:
    """Run it; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return max(cursor.rowcount, 0)

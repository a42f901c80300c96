"""Writing home timelines. Every statement may run twice: what is there already stays as it is."""

from typing import Any

from django.conf import settings
from django.db import connection

from circles.models import Post, PostKind, Publication
from core.jobs.queue import enqueue_many

BACKFILL_POSTS = 50
"""How far back a circle reaches into the timeline of somebody who just joined."""
_LAST_ID = 2**63 - 1

_MEMBERS = "SELECT user_id FROM circles_membership WHERE circle_id = %(circle)s AND state = 'active'"
_MEMBERS_AND_FANS = f"""
    {_MEMBERS}
    UNION
    SELECT fan.user_id
      FROM merchants_fan fan JOIN merchants_merchant merchant ON merchant.id = fan.merchant_id
     WHERE merchant.circle_id = %(circle)s"""  # noqa: S608 - put together from constants

_PUSH = """
    INSERT INTO feeds_feedentry (member_id, published_at, post_id, circle_id)
    SELECT user_id, %(published_at)s, %(post)s, %(circle)s
      FROM ({audience}) audience
     WHERE user_id BETWEEN %(first)s AND %(last)s
        ON CONFLICT DO NOTHING"""

_SIZE = "SELECT count(*) FROM (SELECT 1 FROM ({audience}) audience LIMIT %(most)s) counted"

_RANGES = """
    SELECT min(user_id), max(user_id)
      FROM (SELECT user_id, (row_number() OVER (ORDER BY user_id) - 1) / %(size)s AS part
              FROM ({audience}) audience) numbered
     GROUP BY part
     ORDER BY part"""

_PULL = """
    INSERT INTO feeds_pullsource (circle_id, for_members, for_fans)
    VALUES (%(circle)s, true, %(fans)s)
        ON CONFLICT (circle_id) DO UPDATE
       SET for_members = true, for_fans = feeds_pullsource.for_fans OR excluded.for_fans"""

_BACKFILL = """
    INSERT INTO feeds_feedentry (member_id, published_at, post_id, circle_id)
    SELECT %(user)s, published_at, id, circle_id
      FROM circles_post
     WHERE circle_id = %(circle)s AND state = 'published'
       AND EXISTS (SELECT 1 FROM circles_membership
                    WHERE circle_id = %(circle)s AND user_id = %(user)s AND state = 'active')
     ORDER BY published_at DESC, id DESC
     LIMIT %(most)s
        ON CONFLICT DO NOTHING"""

_BACKFILL_ANNOUNCEMENTS = """
    INSERT INTO feeds_feedentry (member_id, published_at, post_id, circle_id)
    SELECT %(user)s, post.published_at, post.id, post.circle_id
      FROM circles_post post JOIN merchants_merchant merchant ON merchant.circle_id = post.circle_id
     WHERE merchant.id = %(merchant)s AND post.state = 'published' AND post.kind = 'announcement'
       AND EXISTS (SELECT 1 FROM merchants_fan WHERE merchant_id = %(merchant)s AND user_id = %(user)s)
     ORDER BY post.published_at DESC, post.id DESC
     LIMIT %(most)s
        ON CONFLICT DO NOTHING"""

_FORGET = """
    DELETE FROM feeds_feedentry entry
     WHERE entry.member_id = %(user)s AND entry.circle_id = %(circle)s
       AND NOT EXISTS (SELECT 1 FROM circles_membership
                        WHERE circle_id = %(circle)s AND user_id = %(user)s AND state = 'active')
       AND NOT EXISTS (SELECT 1
                         FROM merchants_fan fan
                         JOIN merchants_merchant merchant ON merchant.id = fan.merchant_id
                         JOIN circles_post post ON post.id = entry.post_id AND post.kind = 'announcement'
                        WHERE merchant.circle_id = %(circle)s AND fan.user_id = %(user)s)"""


def fan_out(*, post_id: int, job_id: int) -> None:
    """Bring a published post to the timelines of its audience, or leave it to be pulled by the readers.

    The audience is the circle's active members, for an announcement also the merchant's fans. Up to FEED_RANGE_SIZE
    people are written for here, up to FEED_PUSH_MAX_MEMBERS by range jobs (children of `job_id`), and for more
    nothing is written but a PullSource. A post that is hidden or deleted by now is passed over.
    """
    post = _published(post_id)
    if post is None:
        return
    size = _audience_size(post, most=settings.FEED_PUSH_MAX_MEMBERS + 1)
    if size > settings.FEED_PUSH_MAX_MEMBERS:
        _execute(_PULL, circle=post.circle_id, fans=post.is_announcement)
    elif size <= settings.FEED_RANGE_SIZE:
        _push(post, first_id=0, last_id=_LAST_ID)
    else:
        ranges = _ranges(post)
        enqueue_many(
            "feeds.fan_out_range",
            [{"post_id": post.pk, "first_id": first, "last_id": last} for first, last in ranges],
            unique_keys=[f"feeds.fan_out_range:{job_id}:{first}" for first, _ in ranges],
            parent_id=job_id,
        )


def fan_out_range(*, post_id: int, first_id: int, last_id: int) -> None:
    """Put a post into the timelines of those of its audience whose ids lie in the range, both ends included."""
    post = _published(post_id)
    if post is not None:
        _push(post, first_id=first_id, last_id=last_id)


def backfill(*, circle_id: int, user_id: int) -> None:
    """Give a member the circle's newest posts; nothing if they are no member any more."""
    _execute(_BACKFILL, circle=circle_id, user=user_id, most=BACKFILL_POSTS)


def backfill_announcements(*, merchant_id: int, user_id: int) -> None:
    """Give a fan the merchant's newest announcements; nothing if they are no fan any more."""
    _execute(_BACKFILL_ANNOUNCEMENTS, merchant=merchant_id, user=user_id, most=BACKFILL_POSTS)


def forget(*, circle_id: int, user_id: int) -> None:
    """Take a circle's posts out of the timeline of somebody who left.

    Announcements stay for fans, and everything stays for those who are back: a late job takes nothing away.
    """
    _execute(_FORGET, circle=circle_id, user=user_id)


def _published(post_id: int) -> Post | None:
    return Post.objects.filter(pk=post_id, state=Publication.PUBLISHED).first()


def _audience(post: Post) -> str:
    return _MEMBERS_AND_FANS if post.kind == PostKind.ANNOUNCEMENT else _MEMBERS


def _audience_size(post: Post, *, most: int) -> int:
    """Counted, not taken from a counter, and counted no further than needed."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE.format(audience=_audience(post)), {"circle": post.circle_id, "most": most})
        return cursor.fetchone()[0]


def _ranges(post: Post) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _RANGES.format(audience=_audience(post)), {"circle": post.circle_id, "size": settings.FEED_RANGE_SIZE}
        )
        return cursor.fetchall()


def _push(post: Post, *, first_id: int, last_id: int) -> None:
    _execute(
        _PUSH.format(audience=_audience(post)),
        circle=post.circle_id,
        post=post.pk,
        published_at=post.published_at,
        first=first_id,
        last=last_id,
    )


def _execute(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

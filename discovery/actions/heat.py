"""Measuring how much posts move people. The formula and where it comes from: docs/discovery.md."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from circles.models import Publication
from discovery.models import PostHeat
from discovery.models.heat import HALF_LIFE_HOURS

HOT_DAYS = 14
"""Older posts are in no hot list, however much is said under them."""
LIKE, COMMENT = 1.0, 2.0
GROWN_UP_DAYS, NEWBORN = 30, 0.2
"""A deed counts in full from the thirtieth day of an account, and on its first day a fifth."""
DEEDS_DAYS = 30
"""Deeds looked at: what is older has cooled to nothing."""
DEEDS_MAX = 2_000
"""Newest likes, and newest comments, that one post is measured by: what measuring costs is bounded."""
GONE_AT_ONCE = 1_000
HOTTEST = 500
"""Posts measured anew every hour, so that bans and deleted comments are felt without an event."""

_MEASURE = """
    WITH post AS (
        SELECT post.id, post.circle_id, post.author_id
          FROM circles_post post
         WHERE post.id = ANY(%(ids)s) AND post.state = 'published' AND post.kind <> 'announcement'
           AND post.published_at > %(oldest_post)s
    ), deed AS (
        SELECT said.post_id, said.person, max(said.points) AS points, min(said.at) AS at
          FROM (
            SELECT post.id AS post_id, liked.user_id AS person, %(like)s AS points, liked.created_at AS at
              FROM post CROSS JOIN LATERAL (
                SELECT user_id, created_at FROM circles_like
                 WHERE post_id = post.id ORDER BY id DESC LIMIT %(most)s) liked
             UNION ALL
            SELECT post.id, said.author_id, %(comment)s, said.published_at
              FROM post CROSS JOIN LATERAL (
                SELECT author_id, published_at FROM circles_comment
                 WHERE post_id = post.id AND state = 'published' ORDER BY id DESC LIMIT %(most)s) said
          ) said
         GROUP BY said.post_id, said.person
    ), counted AS (
        SELECT deed.post_id, deed.at,
               deed.points * least(1, %(newborn)s + (1 - %(newborn)s)
                   * extract(epoch FROM greatest(deed.at - person.date_joined, interval '0')) / 86400 / %(grown_up)s)
                   AS weight
          FROM deed
          JOIN post ON post.id = deed.post_id AND post.author_id <> deed.person
          JOIN accounts_user person ON person.id = deed.person
         WHERE person.is_active AND person.verified_at IS NOT NULL AND deed.at > %(oldest_deed)s
           AND (person.banned_until IS NULL OR person.banned_until < %(now)s)
    ), newest AS (
        SELECT post_id, max(at) AS at FROM counted GROUP BY post_id
    ), measured AS (
        SELECT counted.post_id,
               extract(epoch FROM newest.at) / 3600 / %(half_life)s
               + ln(sum(counted.weight
                   * power(2, extract(epoch FROM counted.at - newest.at) / 3600 / %(half_life)s))) / ln(2.0) AS score,
               count(*) AS people
          FROM counted JOIN newest ON newest.post_id = counted.post_id
         GROUP BY counted.post_id, newest.at
    )
    INSERT INTO discovery_postheat (post_id, circle_id, score, people, measured_at)
    SELECT measured.post_id, post.circle_id, measured.score, measured.people, %(now)s
      FROM measured JOIN post ON post.id = measured.post_id
     ORDER BY measured.post_id
        ON CONFLICT (post_id) DO UPDATE
       SET circle_id = excluded.circle_id, score = excluded.score, people = excluded.people,
           measured_at = excluded.measured_at
    RETURNING post_id"""


def measure(ids: Sequence[int]) -> int:
    """Measure these posts anew from what is there; those that move nobody, or are gone, have no heat. Returns how many
    have some. One statement, the same however often it runs."""
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _MEASURE,
            {
                "ids": list(ids),
                "now": now,
                "oldest_post": now - timedelta(days=HOT_DAYS),
                "oldest_deed": now - timedelta(days=DEEDS_DAYS),
                "like": LIKE,
                "comment": COMMENT,
                "most": DEEDS_MAX,
                "newborn": NEWBORN,
                "grown_up": GROWN_UP_DAYS,
                "half_life": HALF_LIFE_HOURS,
            },
        )
        hot = {row[0] for row in cursor.fetchall()}
        PostHeat.objects.filter(pk__in=set(ids) - hot).delete()
    return len(hot)


def cool() -> bool:
    """Forget the heat of posts that are too old, hidden or deleted, some at a time; True: there may be more."""
    oldest = timezone.now() - timedelta(days=HOT_DAYS)
    over = Q(post__published_at__lt=oldest) | ~Q(post__state=Publication.PUBLISHED)
    ids = list(PostHeat.objects.filter(over).order_by("pk").values_list("pk", flat=True)[:GONE_AT_ONCE])
    PostHeat.objects.filter(pk__in=ids).delete()
    return len(ids) == GONE_AT_ONCE


def hottest() -> list[int]:
    return list(PostHeat.objects.order_by("-score", "-pk").values_list("pk", flat=True)[:HOTTEST])

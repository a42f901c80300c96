"""Counting days and weeks of circles, all circles at a time. Counting again gives the same."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

COHORT_WEEKS = 10

_DEEDS = """
    SELECT circle_id, author_id AS user_id, published_at AS at, 'posts' AS what FROM circles_post
     WHERE state = 'published' AND kind <> 'announcement' AND published_at >= %(begin)s AND published_at < %(end)s
     UNION ALL
    SELECT post.circle_id, said.author_id, said.published_at, 'comments' FROM circles_comment said
      JOIN circles_post post ON post.id = said.post_id
     WHERE said.state = 'published' AND said.published_at >= %(begin)s AND said.published_at < %(end)s
     UNION ALL
    SELECT post.circle_id, liked.user_id, liked.created_at, 'likes' FROM circles_like liked
      JOIN circles_post post ON post.id = liked.post_id
     WHERE liked.created_at >= %(begin)s AND liked.created_at < %(end)s
     UNION ALL
    SELECT circle_id, user_id, at, 'sign_ins' FROM daily_signin
     WHERE NOT is_made_up AND at >= %(begin)s AND at < %(end)s"""

_DAY = f"""
    WITH deeds AS ({_DEEDS}),
    counted AS (
        SELECT circle_id, count(DISTINCT user_id) AS active,
               count(*) FILTER (WHERE what = 'posts') AS posts, count(*) FILTER (WHERE what = 'comments') AS comments,
               count(*) FILTER (WHERE what = 'likes') AS likes, count(*) FILTER (WHERE what = 'sign_ins') AS sign_ins
          FROM deeds GROUP BY circle_id),
    newcomers AS (
        SELECT circle_id, count(*) AS joined FROM circles_membership
         WHERE state = 'active' AND joined_at >= %(begin)s AND joined_at < %(end)s GROUP BY circle_id)
    INSERT INTO desk_circleday (circle_id, day, members, joined, active, posts, comments, likes, sign_ins)
    SELECT circle.id, %(day)s,
           CASE WHEN %(is_newest)s THEN circle.member_count ELSE (
               SELECT count(*) FROM circles_membership member
                WHERE member.circle_id = circle.id AND member.state = 'active' AND member.joined_at < %(end)s) END,
           coalesce(newcomers.joined, 0), coalesce(counted.active, 0), coalesce(counted.posts, 0),
           coalesce(counted.comments, 0), coalesce(counted.likes, 0), coalesce(counted.sign_ins, 0)
      FROM circles_circle circle
      LEFT JOIN counted ON counted.circle_id = circle.id
      LEFT JOIN newcomers ON newcomers.circle_id = circle.id
     WHERE circle.state = 'open' AND circle.created_at < %(end)s
     ORDER BY circle.id
        ON CONFLICT (circle_id, day) DO UPDATE
       SET joined = excluded.joined, active = excluded.active, posts = excluded.posts,
           comments = excluded.comments, likes = excluded.likes, sign_ins = excluded.sign_ins"""  # noqa: S608

_WEEK = f"""
    WITH deeds AS ({_DEEDS}),
    there AS (SELECT DISTINCT circle_id, user_id FROM deeds)
    INSERT INTO desk_cohort (circle_id, week, age, members, active)
    SELECT member.circle_id, joined.week, (%(week)s::date - joined.week) / 7, count(*), count(there.user_id)
      FROM circles_membership member
     CROSS JOIN LATERAL (
           SELECT date_trunc('week', member.joined_at AT TIME ZONE %(zone)s)::date AS week) joined
      LEFT JOIN there ON there.circle_id = member.circle_id AND there.user_id = member.user_id
     WHERE member.state = 'active' AND member.joined_at >= %(oldest)s AND member.joined_at < %(end)s
     GROUP BY member.circle_id, joined.week
     ORDER BY member.circle_id, joined.week
        ON CONFLICT (circle_id, week, age) DO UPDATE
       SET members = excluded.members, active = excluded.active"""  # noqa: S608


def count_day(*, day: date, is_newest: bool) -> None:
    """Write the row of each circle for a day that is over. `is_newest`: nobody joined or left since."""
    _run(_DAY, first=day, days=1, day=day, is_newest=is_newest)


def count_week(*, week: date) -> None:
    """Write how many of those who joined in the last COHORT_WEEKS were active in the week from this Monday on."""
    oldest = _midnight(week - timedelta(weeks=COHORT_WEEKS))
    _run(_WEEK, first=week, days=7, week=week, oldest=oldest, zone=settings.TIME_ZONE)


@transaction.atomic
def _run(sql: str, *, first: date, days: int, **values: Any) -> None:
    begin, end = _midnight(first), _midnight(first + timedelta(days=days))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"begin": begin, "end": end, **values})


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())

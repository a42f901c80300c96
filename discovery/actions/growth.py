"""Measuring which circles grow, each against its own past. The formula: docs/discovery.md."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from circles.models import Circle
from discovery.actions.heat import GROWN_UP_DAYS, NEWBORN
from discovery.models import CircleGrowth

CIRCLES_AT_ONCE = 300
WEEK, PAST_WEEKS = timedelta(days=7), 4
JOINED_LEAST, SCORE_LEAST = 3, 1.0
"""Fewer new members, or less than one deviation above the usual, is no growth to speak of."""

# Anscombe's transform makes the deviation of a count the same, about one, however large it is: so ten instead of two
# counts as much in a circle of twenty as it should against eleven hundred instead of a thousand in a large one.
_MEASURE = """
    WITH joined AS (
        SELECT membership.circle_id, membership.joined_at > %(week)s AS is_now,
               least(1, %(newborn)s + (1 - %(newborn)s)
                   * extract(epoch FROM greatest(membership.joined_at - person.date_joined, interval '0'))
                   / 86400 / %(grown_up)s) AS weight
          FROM circles_membership membership
          JOIN accounts_user person ON person.id = membership.user_id
         WHERE membership.circle_id = ANY(%(ids)s) AND membership.state = 'active' AND membership.role = 'member'
           AND membership.joined_at > %(past)s AND person.is_active AND person.verified_at IS NOT NULL
    ), counted AS (
        SELECT circle.id, count(*) FILTER (WHERE joined.is_now) AS joined,
               coalesce(sum(joined.weight) FILTER (WHERE joined.is_now), 0) AS now,
               coalesce(sum(joined.weight) FILTER (WHERE NOT joined.is_now), 0)
                   / least(%(weeks)s, greatest(1, extract(epoch FROM %(week)s - circle.created_at) / 604800)) AS usual
          FROM circles_circle circle JOIN joined ON joined.circle_id = circle.id
         WHERE circle.state = 'open'
         GROUP BY circle.id
    ), measured AS (
        SELECT id, joined, usual, 2 * (sqrt(now + 0.375) - sqrt(greatest(usual, 1) + 0.375)) AS score FROM counted
    )
    INSERT INTO discovery_circlegrowth (circle_id, joined, usual, score, measured_at)
    SELECT id, joined, usual, score, %(now)s FROM measured WHERE joined >= %(least)s AND score >= %(score_least)s
        ON CONFLICT (circle_id) DO UPDATE
       SET joined = excluded.joined, usual = excluded.usual, score = excluded.score, measured_at = excluded.measured_at
    RETURNING circle_id"""


def measure(*, after: int, now: datetime | None = None) -> int | None:
    """Measure the next CIRCLES_AT_ONCE circles by their ids; returns the last one's, None when there are no more."""
    ids = list(Circle.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CIRCLES_AT_ONCE])
    if not ids:
        return None
    now = now or timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _MEASURE,
            {
                "ids": ids,
                "now": now,
                "week": now - WEEK,
                "past": now - WEEK * (PAST_WEEKS + 1),
                "weeks": PAST_WEEKS,
                "newborn": NEWBORN,
                "grown_up": GROWN_UP_DAYS,
                "least": JOINED_LEAST,
                "score_least": SCORE_LEAST,
            },
        )
        growing = {row[0] for row in cursor.fetchall()}
        CircleGrowth.objects.filter(pk__in=set(ids) - growing).delete()
    return ids[-1]

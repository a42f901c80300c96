"""Gathering whom somebody may know from circles shared. What it rests on: docs/discovery.md."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from discovery.models import PersonSuggestion

CIRCLES_LOOKED_AT, MEMBERS_EACH = 30, 100
"""The smallest circles of a person, and of each the newest members: what one person costs is bounded."""
PEOPLE_MAX = 30
PEOPLE_AT_ONCE = 20
ACTIVE_DAYS = 14
"""Whoever was not seen for so long is gathered for when they join a circle again."""

# Adamic and Adar: a shared circle says the more about two people the fewer are in it.
_GATHER = """
    INSERT INTO discovery_personsuggestion (user_id, person_id, circle_id, shared, score)
    SELECT %(user)s, person_id, (array_agg(circle_id ORDER BY size, circle_id))[1], count(*),
           sum(1 / ln(greatest(size, 2) + 1)) AS score
      FROM (
        SELECT circle.id AS circle_id, circle.member_count AS size
          FROM circles_membership mine JOIN circles_circle circle ON circle.id = mine.circle_id
         WHERE mine.user_id = %(user)s AND mine.state = 'active' AND (mine.nickname = '' OR mine.is_linked)
           AND circle.state = 'open' AND NOT circle.is_view_gated AND NOT circle.masks_authors
         ORDER BY circle.member_count, circle.id LIMIT %(circles)s) shared
     CROSS JOIN LATERAL (
        SELECT user_id AS person_id FROM circles_membership
         WHERE circle_id = shared.circle_id AND state = 'active' AND (nickname = '' OR is_linked)
         ORDER BY joined_at DESC, id DESC LIMIT %(members)s) member
      JOIN accounts_user person ON person.id = person_id AND person.is_active AND person.verified_at IS NOT NULL
     WHERE person_id <> %(user)s
       AND NOT EXISTS (SELECT FROM accounts_follow
                        WHERE follower_id = %(user)s AND followed_id = person_id)
       AND NOT EXISTS (SELECT FROM accounts_block
                        WHERE (blocker_id = %(user)s AND blocked_id = person_id)
                           OR (blocker_id = person_id AND blocked_id = %(user)s))
       AND NOT EXISTS (SELECT FROM accounts_followsettings settings
                        WHERE settings.user_id = person_id
                          AND (NOT settings.is_suggested OR settings.shows_circles <> 'everyone'))
       AND NOT EXISTS (SELECT FROM discovery_dismissal gone
                        WHERE gone.user_id = %(user)s AND gone.person_id = member.person_id)
     GROUP BY person_id
     ORDER BY score DESC, person_id LIMIT %(most)s"""


def gather(*, user_id: int) -> None:
    """Gather anew for one person, under their row's lock; the same however often it runs."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not User.objects.active().filter(pk=user_id).select_for_update(no_key=True).values_list("pk").first():
            return
        PersonSuggestion.objects.filter(user=user_id).delete()
        cursor.execute(
            _GATHER,
            {"user": user_id, "circles": CIRCLES_LOOKED_AT, "members": MEMBERS_EACH, "most": PEOPLE_MAX},
        )


def gather_some(*, after: int) -> int | None:
    """Gather for the next people who were here lately; returns the last one's id, None when there are no more."""
    since = timezone.now() - timedelta(days=ACTIVE_DAYS)
    here = User.objects.active().filter(pk__gt=after, last_seen_at__gt=since, verified_at__isnull=False)
    ids = list(here.order_by("pk").values_list("pk", flat=True)[:PEOPLE_AT_ONCE])
    for user_id in ids:
        gather(user_id=user_id)
    return ids[-1] if ids else None

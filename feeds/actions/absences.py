"""Who is written for: members who stayed away are left out until they come back.

Nothing is lost either way. As long as the row says so, home is pulled; a timeline that is written again is used from
a moment on at which everybody who writes has seen that it is (feeds.candidates).
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from feeds.models import Absence

SETTLING = timedelta(minutes=5)
"""Longer than a transaction that writes timelines may take: by then all of them have seen who is back."""
PEOPLE_AT_ONCE = 20_000

_MARK = """
    INSERT INTO feeds_absence (member_id)
    SELECT id FROM accounts_user WHERE id > %(after)s AND id <= %(until)s AND last_seen_at < %(before)s
        ON CONFLICT (member_id) DO UPDATE SET complete_since = NULL
     WHERE feeds_absence.complete_since < %(before)s"""

_NEXT = """
    SELECT count(*), max(id) FROM (SELECT id FROM accounts_user WHERE id > %s ORDER BY id LIMIT %s) AS people"""


def mark(*, after: int) -> int | None:
    """Mark who was not seen for FEED_ACTIVE_DAYS among the next PEOPLE_AT_ONCE people whose id is above `after`.

    Returns the last id looked at, None when there are no more.
    """
    before = timezone.now() - timedelta(days=settings.FEED_ACTIVE_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [after, PEOPLE_AT_ONCE])
        count, until = cursor.fetchone()
        if count:
            cursor.execute(_MARK, {"after": after, "until": until, "before": before})
    return until if count == PEOPLE_AT_ONCE else None


def resume(*, user_id: int) -> None:
    """Have a timeline written again, complete from in a moment on; idempotent."""
    since = timezone.now() + SETTLING
    Absence.objects.filter(member_id=user_id, complete_since=None).update(complete_since=since)


def forget_over() -> None:
    """Remove the rows of those who came back longer ago than timelines reach: theirs is complete."""
    reach = timezone.now() - timedelta(days=settings.FEED_KEEP_DAYS)
    Absence.objects.filter(complete_since__lt=reach).delete()

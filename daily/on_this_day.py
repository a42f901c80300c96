"""What stood here on this day of earlier years: one's own posts, and the best of one's circles."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from accounts.local_time import today_of, zone_of
from accounts.models import User
from circles.models import Membership, Post, PostKind

YEARS, MINE_SHOWN, THEIRS_SHOWN = 15, 5, 5


class Memory(NamedTuple):
    post: Post
    years: int
    """So many years ago."""
    is_mine: bool


def memories(user: User, *, today: date | None = None) -> list[Memory]:
    """One's own first, then what was featured in one's circles; the newest year first. What the person may not see any
    more is not there, nor what stands under a pseudonym. Queries: 2."""
    today = today or today_of(user)
    days = {years: day for years in range(1, YEARS + 1) if (day := _years_ago(today, years)) is not None}
    zone = zone_of(user)
    then = Q()
    for day in days.values():
        begin = datetime(day.year, day.month, day.day, tzinfo=zone)
        then |= Q(published_at__gte=begin, published_at__lt=begin + timedelta(days=1))
    seen = Post.objects.visible_to(user).filter(then, author_mask="").exclude(kind=PostKind.ANNOUNCEMENT)
    shown = seen.select_related("circle", "author__avatar", "author_face")
    mine = list(shown.filter(author=user).order_by("-published_at", "-id")[:MINE_SHOWN])
    joined = Membership.objects.active().filter(user=user).values("circle")
    theirs = shown.filter(circle__in=joined, is_featured=True).exclude(author=user).heard_by(user)
    best = list(theirs.order_by("-published_at", "-id")[:THEIRS_SHOWN])
    return [
        Memory(post, today.year - post.published_at.astimezone(zone).year, post.author_id == user.pk)
        for post in (*mine, *best)
    ]


def _years_ago(day: date, years: int) -> date | None:
    """None for the 29th of February in other years."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return None

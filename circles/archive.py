"""A circle's posts month by month, by the calendar of the community (TIME_ZONE)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from circles import queries
from circles.models import Circle, Post, Publication

if TYPE_CHECKING:
    from accounts.models import User
    from circles.models.post import PostQuerySet
    from core.pagination import Page

    Person = User | Any

KEEP_SECONDS = 300
"""Counting a circle's posts looks at all of them; a count may be some minutes old."""


class Month(NamedTuple):
    year: int
    month: int
    count: int

    @property
    def first_day(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=timezone.get_default_timezone())


def months(circle: Circle) -> list[Month]:
    """The months with posts, the newest first, for those who may see the circle. Queries: 1, none while kept."""
    key = f"archive:{circle.pk}"
    kept: list[tuple[int, int, int]] | None = cache.get(key)
    if kept is None:
        posts = Post.objects.filter(circle=circle, state=Publication.PUBLISHED)
        by_month = TruncMonth("published_at", tzinfo=timezone.get_default_timezone())
        rows = posts.annotate(month=by_month).values_list("month").annotate(number=Count("pk")).order_by("-month")
        kept = [(month.year, month.month, number) for month, number in rows]
        cache.set(key, kept, KEEP_SECONDS)
    return [Month(*row) for row in kept]


def posts_of_month(circle: Circle, viewer: "Person", year: int, month: int) -> "PostQuerySet":
    """Unordered."""
    zone = timezone.get_default_timezone()
    begin = datetime(year, month, 1, tzinfo=zone)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return queries.posts_in(circle, viewer).filter(published_at__gte=begin, published_at__lt=end)


def month_page(
    circle: Circle, viewer: "Person", year: int, month: int, cursor: str | None, *, size: int, shape: Any
) -> "Page[Any]":
    """Cards of that month, the newest first."""
    return queries.card_page(posts_of_month(circle, viewer, year, month), viewer, cursor, size=size, shape=shape)

"""Reads ready for a template or a serializer, each with a fixed number of SQL queries."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count

from accounts.local_time import today_of
from accounts.models import User
from circles.models import Circle, Membership
from daily import levels, rules
from daily.levels import Progress
from daily.models import PointEntry, PointKind, SignIn

WEEKS_SHOWN = 5
HIGHEST_SHOWN = 10
ENTRIES_SHOWN = 20


class Day(NamedTuple):
    """A field of the calendar."""

    date: date
    is_there: bool
    is_made_up: bool
    is_today: bool
    is_future: bool


class Today(NamedTuple):
    """What of a kind counted today."""

    kind: str
    label: str
    done: int
    limit: int
    points: int
    """What one is worth."""


class Level(NamedTuple):
    number: int
    points: int
    title: str
    is_mine: bool = False


@dataclass(frozen=True)
class Standing:
    """What a member is in the daily life of a circle."""

    progress: Progress
    title: str
    streak: int
    signed_in: bool
    can_make_up: bool
    calendar: list[Day]
    today: list[Today]
    entries: list[PointEntry]


def standing(user: User, membership: Membership, circle: Circle) -> Standing:
    """The member's own view. Queries: 3."""
    today = today_of(user)
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS_SHOWN - 1))
    first = min(monday, (today - timedelta(days=1)).replace(day=1))
    mine = SignIn.objects.filter(circle=circle, user=user, day__gte=first)
    days = dict(mine.values_list("day", "is_made_up"))
    missed = today - timedelta(days=1)
    made_up = sum(made and missed.replace(day=1) <= day <= missed for day, made in days.items())
    entries = PointEntry.objects.filter(circle=circle, user=user)
    counts = dict(
        entries.filter(day=today, withdrawn_at=None).values("kind").annotate(n=Count("pk")).values_list("kind", "n")
    )
    return Standing(
        progress=levels.progress_of(membership.points),
        title=levels.title_of(circle.level_titles, membership.grade),
        streak=current_streak(membership, today),
        signed_in=today in days,
        can_make_up=bool(rules.can_make_up(today, missed=missed, days=set(days), made_up=made_up)),
        calendar=[
            Day(day, day in days, days.get(day, False), day == today, day > today)
            for day in (monday + timedelta(days=number) for number in range(7 * WEEKS_SHOWN))
        ],
        today=[
            Today(kind, str(PointKind(kind).label), min(counts.get(kind, 0), worth.limit), worth.limit, worth.points)
            for kind, worth in levels.WORTH.items()
        ],
        entries=list(entries.order_by("-pk")[:ENTRIES_SHOWN]),
    )


def current_streak(membership: Membership, today: date) -> int:
    """Days in a row that a sign-in today goes on with, or has gone on with."""
    last = membership.signed_in_on
    return membership.streak if last is not None and last >= today - timedelta(days=1) else 0


def level_table(circle: Circle, grade: int = 0) -> list[Level]:
    return [
        Level(number, points, levels.title_of(circle.level_titles, number), number == grade)
        for number, points in enumerate(levels.THRESHOLDS, 1)
    ]


def highest(circle: Circle) -> list[Membership]:
    """The members with the most points, as they appear there. Queries: 1."""
    rows = Membership.objects.active().filter(circle=circle, grade__gt=0).select_related("user__avatar", "avatar")
    return list(rows.order_by("-grade", "-points", "pk")[:HIGHEST_SHOWN])


class Mine(NamedTuple):
    """One of the circles of a person's day."""

    membership: Membership
    streak: int
    signed_in: bool
    title: str
    progress: Progress


def my_day(user: User, *, limit: int = 60) -> list[Mine]:
    """The circles where a person can sign in, those that wait first. Queries: 1."""
    today = today_of(user)
    circles: Any = Circle.objects.visible_to(user).filter(masks_authors=False)
    rows = Membership.objects.active().filter(user=user, circle__in=circles).select_related("circle__avatar")
    mine = [
        Mine(
            row,
            current_streak(row, today),
            row.signed_in_on == today,
            levels.title_of(row.circle.level_titles, row.grade),
            levels.progress_of(row.points),
        )
        for row in rows.order_by("-points", "-joined_at")[:limit]
    ]
    return sorted(mine, key=lambda one: (one.signed_in, -one.streak, -one.progress.points))

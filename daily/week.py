"""What the weekly digest says of somebody's days."""

from dataclasses import dataclass
from datetime import datetime

from accounts.local_time import today_of
from accounts.models import User
from circles.models import Circle, Membership
from daily import goal_queries, levels, on_this_day, queries
from daily.models import Award, Goal
from daily.on_this_day import Memory


@dataclass(frozen=True)
class Week:
    streak: int
    streak_in: Circle | None
    grade: int
    grade_in: Circle | None
    title: str
    medals: list[Award]
    goals: list[Goal]
    memories: list[Memory]

    def __bool__(self) -> bool:
        """Is there anything worth a mail? A streak alone is none."""
        return bool(self.medals or self.memories)


def of(person: User, *, since: datetime, until: datetime) -> Week:
    """Queries: 6."""
    today = today_of(person)
    circles = Circle.objects.visible_to(person).filter(masks_authors=False)
    rows = Membership.objects.active().filter(user=person, circle__in=circles, points__gt=0).select_related("circle")
    mine = list(rows.order_by("-points")[:60])
    longest = max(mine, key=lambda row: queries.current_streak(row, today), default=None)
    streak = queries.current_streak(longest, today) if longest else 0
    highest = max(mine, key=lambda row: row.grade, default=None)
    won = Award.objects.standing().filter(user=person, at__gte=since, at__lt=until).select_related("medal__circle")
    return Week(
        streak=streak,
        streak_in=longest.circle if longest and streak else None,
        grade=highest.grade if highest else 0,
        grade_in=highest.circle if highest and highest.grade else None,
        title=levels.title_of(highest.circle.level_titles, highest.grade) if highest else "",
        medals=list(won.order_by("-at")[:5]),
        goals=goal_queries.of_my_circles(person),
        memories=on_this_day.memories(person, today=today),
    )

"""Goals as pages and the API show them. Each with a fixed number of SQL queries."""

from typing import Any, NamedTuple

from accounts.models import User
from circles.byline import Byline
from circles.models import Circle, Membership
from daily.models import Cause, Goal, GoalShare, GoalState

GIVERS_SHOWN, PAST_SHOWN = 30, 30


class Giver(NamedTuple):
    byline: Byline
    energy: int


def running(circle: Circle) -> Goal | None:
    """Queries: 1."""
    return Goal.objects.filter(circle=circle, state=GoalState.RUNNING).select_related("cause", "circle").first()


def past(circle: Circle) -> list[Goal]:
    """The newest first. Queries: 1."""
    rows = Goal.objects.filter(circle=circle).exclude(state=GoalState.RUNNING).select_related("cause", "circle")
    return list(rows.order_by("-started_at", "-id")[:PAST_SHOWN])


def newest(circle: Circle) -> list[Goal]:
    """The one under way and those before it. Queries: 1."""
    rows = Goal.objects.filter(circle=circle).select_related("cause", "circle")
    return list(rows.order_by("-started_at", "-id")[:PAST_SHOWN])


def share_of(user: Any, goal: Goal) -> int:
    """On how many days the person gave something. Queries: 1; none for strangers."""
    if user.pk is None:
        return 0
    return GoalShare.objects.filter(goal=goal, user=user).values_list("energy", flat=True).first() or 0


def givers(goal: Goal, viewer: Any) -> list[Giver]:
    """Who gave most, under the names they have in the circle. Queries: 2."""
    rows = GoalShare.objects.visible_to(viewer).filter(goal=goal).order_by("-energy", "id")
    top = dict(rows.values_list("user_id", "energy")[:GIVERS_SHOWN])
    members = Membership.objects.active().filter(circle=goal.circle_id, user__in=top)
    names = {row.user_id: row.byline for row in members.select_related("user__avatar", "avatar")}
    return [Giver(names[pk], energy) for pk, energy in top.items() if pk in names]


def causes() -> list[Cause]:
    """Those that can be chosen. Queries: 1."""
    return list(Cause.objects.filter(is_active=True))


def of_my_circles(user: User, *, limit: int = 3) -> list[Goal]:
    """Goals under way in the circles the person is in, the nearest to its end first. Queries: 1."""
    joined = Membership.objects.active().filter(user=user).values("circle")
    rows = Goal.objects.visible_to(user).filter(circle__in=joined, circle__masks_authors=False, state=GoalState.RUNNING)
    found = list(rows.select_related("cause", "circle")[:60])
    return sorted(found, key=lambda goal: -goal.percent)[:limit]

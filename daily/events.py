"""What happens in the daily life of circles. The fields are ids."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class MedalGiven(Event):
    """`at` tells one giving from the next, after it was taken back."""

    award_id: int
    at: str


@dataclass(frozen=True)
class MedalTaken(Event):
    award_id: int
    at: str
    reason: str


@dataclass(frozen=True)
class GoalReached(Event):
    goal_id: int


@dataclass(frozen=True)
class GoalStopped(Event):
    """By the team of this site, or by those who look after the circle. `at` tells one stop from the next, after it was
    taken back."""

    goal_id: int
    reason: str
    by_team: bool
    at: str

"""What happens in the daily life of circles. The fields are ids."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class MedalGiven(Event):
    award_id: int


@dataclass(frozen=True)
class GoalReached(Event):
    goal_id: int

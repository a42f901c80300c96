from daily.models.goal import Cause, Goal, GoalDay, GoalPicture, GoalShare, GoalState
from daily.models.medal import Award, Medal, MedalRule, MedalTone
from daily.models.point import PointEntry, PointKind
from daily.models.sign_in import SignIn

__all__ = [
    "Award",
    "Cause",
    "Goal",
    "GoalDay",
    "GoalPicture",
    "GoalShare",
    "GoalState",
    "Medal",
    "MedalRule",
    "MedalTone",
    "PointEntry",
    "PointKind",
    "SignIn",
]

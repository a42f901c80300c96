"""What a circle gathers for together."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Circle, Membership
from core.errors import Invalid, Refused
from core.events import record
from daily import rules
from daily.events import GoalReached
from daily.models import Cause, Goal, GoalShare, GoalState


def begin(*, actor: User, circle: Circle, cause: Cause) -> Goal:
    """Have the circle gather for a cause of the platform's list; one goal at a time.

    Raises `Refused` (codes of `rules.can_run`, `goal_running`) and `Invalid` (`unknown_cause`).
    """
    if not cause.is_active:
        raise Invalid("unknown_cause", _("This cause cannot be chosen any more."), field="cause")
    with transaction.atomic():
        _require_may_run(actor, circle)
        try:
            with transaction.atomic():
                return Goal.objects.create(circle=circle, cause=cause, target=cause.energy, started_by=actor)
        except IntegrityError as error:
            raise Refused("goal_running", _("Your circle is gathering for something already.")) from error


def call_off(*, actor: User, goal: Goal) -> None:
    """End a goal that is under way; one that has ended stays as it is. Raises `Refused`: codes of `rules.can_run`."""
    with transaction.atomic():
        _require_may_run(actor, goal.circle)
        running = Goal.objects.filter(pk=goal.pk, state=GoalState.RUNNING)
        running.update(state=GoalState.ENDED, ended_at=timezone.now())


def feed(*, circle_id: int, user_id: int, change: int, at: datetime) -> None:
    """Give what a member gained (or lost again) by something done at `at` to the goal under way, if it had begun.

    In a transaction that holds the membership locked; the goal's row is locked last. Once reached, nothing moves it.
    """
    goal = Goal.objects.filter(circle=circle_id, state=GoalState.RUNNING, started_at__lte=at).first()
    if goal is None:
        return
    GoalShare.objects.bulk_create([GoalShare(goal=goal, user_id=user_id)], ignore_conflicts=True)
    more = Greatest(F("energy") + change, Value(0))
    GoalShare.objects.filter(goal=goal, user=user_id).update(energy=more)
    running = Goal.objects.filter(pk=goal.pk, state=GoalState.RUNNING)
    running.update(energy=more)
    if running.filter(energy__gte=F("target")).update(state=GoalState.REACHED, ended_at=timezone.now()):
        record(GoalReached(goal_id=goal.pk))


def _require_may_run(actor: User, circle: Circle) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle.pk).first()
    rules.can_run(actor, circle, membership).require()

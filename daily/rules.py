"""What a person may do in the daily life of a circle. Pure decisions, no writes."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules import can_write
from circles import rules as circle_rules
from circles.models import Circle, CircleState, Membership
from core.errors import ALLOWED, Decision, refuse
from daily.models import Goal, GoalState

SIGN_INS_A_DAY = 30
"""Circles one person signs in to in a day; whoever is in more is not there but a script."""
MADE_UP_A_MONTH = 2
RESUMED_WITHIN = timedelta(days=7)
MEDALS_MOST = 12
"""A circle gives at most so many kinds of medals: what everybody has nobody is proud of."""


def is_kept(circle: Circle) -> bool:
    """Does the circle keep streaks, levels and medals? Not where authors are under pseudonyms: they would tell whose
    a pseudonym is."""
    return not circle.masks_authors


def can_sign_in(user: Any, circle: Circle, membership: Membership | None, *, signed_in: int = 0) -> Decision:
    """May this member sign in, having signed in to so many circles today? Codes of can_write, `circle_closed`,
    `no_daily_life`, `not_member`, `too_many_sign_ins`."""
    decision = can_write(user)
    if not decision:
        return decision
    if circle.state != CircleState.OPEN:
        return refuse("circle_closed", _("This circle is closed."))
    if not is_kept(circle):
        return refuse("no_daily_life", _("Here authors appear under pseudonyms, so nothing is counted."))
    if membership is None or not membership.is_active:
        return refuse("not_member", _("Please join the circle first."))
    if signed_in >= SIGN_INS_A_DAY:
        return refuse(
            "too_many_sign_ins",
            _("You have signed in to %(most)s circles today. That is plenty.") % {"most": SIGN_INS_A_DAY},
        )
    return ALLOWED


def can_make_up(today: date, *, missed: date, days: set[date], made_up: int) -> Decision:
    """May the day `missed` be made up for? It must be yesterday, lie after a day one was there, and so many were
    made up for this month. Codes `nothing_missed`, `nothing_to_keep`, `too_many_made_up`."""
    if missed != today - timedelta(days=1) or missed in days:
        return refuse("nothing_missed", _("You were here yesterday: there is nothing to make up for."))
    if missed - timedelta(days=1) not in days:
        return refuse("nothing_to_keep", _("Only one missed day can be made up for. Begin anew today!"))
    if made_up >= MADE_UP_A_MONTH:
        return refuse(
            "too_many_made_up",
            _("You have made up for %(most)s days this month; the next card comes with the next month.")
            % {"most": MADE_UP_A_MONTH},
        )
    return ALLOWED


def can_run(user: Any, circle: Circle, membership: Membership | None) -> Decision:
    """May this person name levels, give medals and set goals? Whoever manages the circle. Also `no_daily_life`."""
    decision = circle_rules.can_manage(user, membership)
    if decision and not is_kept(circle):
        return refuse("no_daily_life", _("Here authors appear under pseudonyms, so nothing is counted."))
    return decision


def can_resume(goal: Goal, *, now: datetime) -> bool:
    """Was it called off so lately that this can be taken back?"""
    if goal.state != GoalState.ENDED or goal.ended_at is None or goal.ended_at < now - RESUMED_WITHIN:
        return False
    return goal.until is None or goal.until >= timezone.localdate(now)

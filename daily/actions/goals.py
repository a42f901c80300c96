"""What a circle gathers for together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles.actions import log
from circles.models import Circle, DeedKind, Membership
from core.counters import move, move_all
from core.errors import Invalid, Refused
from core.events import record
from core.prepared import Prepared
from core.text.clean import clean_line, require_length
from daily import rules
from daily.events import GoalReached, GoalStopped
from daily.models import Cause, Goal, GoalDay, GoalPicture, GoalShare, GoalState, PointEntry
from daily.models.goal import TEXT_MAX, TITLE_MAX

TARGET_LEAST, TARGET_MAX = 10, 1_000_000
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class GoalWanted:
    """What an owner says about a goal: a cause of the platform's list, or words of the circle's own."""

    cause: Cause | None = None
    title: str = ""
    text: str = ""
    picture: str = ""
    target: int | None = None
    until: date | None = None


def begin(*, actor: User, circle: Circle, wanted: GoalWanted) -> Goal:
    """Have the circle gather for something; one goal at a time.

    Raises `Refused` (codes of `rules.can_run`, `goal_running`) and `Invalid` (`unknown_cause`, `name_required`,
    `too_long`, `unknown_picture`, `bad_target`, `bad_day`).
    """
    values = _checked(wanted)
    with transaction.atomic():
        require_may_run(actor, circle)
        try:
            with transaction.atomic():
                return Goal.objects.create(circle=circle, started_by=actor, **values)
        except IntegrityError as error:
            raise _running() from error


def change(*, actor: User, goal: Goal, wanted: GoalWanted) -> Goal:
    """Say it otherwise while it is under way: what was gathered stays. A target that is reached by now ends it.

    Locks the goal. Raises as `begin`, and `Refused`: `goal_over`.
    """
    values = _checked(wanted)
    with transaction.atomic():
        require_may_run(actor, goal.circle)
        fresh = Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)
        if not fresh.is_running:
            raise Refused("goal_over", _("This goal is over already."))
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(values))
        _settle(fresh.pk)
    return Goal.objects.select_related("cause", "circle").get(pk=goal.pk)


def call_off(*, actor: User, goal: Goal, reason: str = "") -> None:
    """End a goal that is under way; one that has ended stays as it is. It goes into the circle's log, with the reason;
    whoever else began it is told. Raises `Refused` (codes of `rules.can_run`) and `Invalid` too_long."""
    reason = log.clean_reason(reason)
    with transaction.atomic():
        require_may_run(actor, goal.circle)
        if _stop(actor, goal, GoalState.ENDED, reason):
            _log(DeedKind.GOAL_CALLED_OFF, actor, goal, reason)


def stop(*, actor: User, goal: Goal, reason: str) -> bool:
    """For moderation, which asked its own rules and keeps a log: end it for good, and tell whoever began it why. True
    if it was under way. Inside a transaction of the caller's."""
    return _stop(actor, goal, GoalState.OVER, reason)


def resume(*, actor: User, goal: Goal) -> Goal:
    """Take back that it was called off, as long as `rules.can_resume` says; doing it again changes nothing. What was
    done meanwhile does not count. Raises `Refused`: codes of `rules.can_run`, `goal_over`, `goal_running`."""
    with transaction.atomic():
        require_may_run(actor, goal.circle)
        fresh = Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)
        if fresh.is_running:
            return fresh
        if not rules.can_resume(fresh, now=timezone.now()):
            raise Refused("goal_over", _("This goal is over already."))
        try:
            with transaction.atomic():
                Goal.objects.filter(pk=goal.pk).update(state=GoalState.RUNNING, ended_at=None)
        except IntegrityError as error:
            raise _running() from error
        _log(DeedKind.GOAL_RESUMED, actor, goal)
    fresh.refresh_from_db()
    return fresh


def end_due(*, today: date) -> int:
    """End those whose last day is over, as the nightly round does; returns how many."""
    due = Goal.objects.filter(state=GoalState.RUNNING, until__lt=today)
    return due.update(state=GoalState.OVER, ended_at=timezone.now())


def count_days(*, circle_id: int, days: Iterable[tuple[Membership, date]]) -> None:
    """Have these days of members count towards the circle's goal under way, each if the member did something that day
    since it began, or not any more where all of that was taken back. In a transaction that holds the memberships
    locked, so that two deeds of one day count once; the goal's row is locked last. Once reached, nothing moves it.
    """
    days = list(days)
    goal = _running_in.first(circle=circle_id) if days else None
    if goal is None:
        return
    moved = sum(_count_day(goal, membership, day) for membership, day in days)
    if moved:
        move(Goal, goal.pk, energy=moved)
        _settle(goal.pk)


def _count_day(goal: Goal, membership: Membership, day: date) -> int:
    """What this day changes: one more, one less, or nothing."""
    if goal.until is not None and day > goal.until:
        return 0
    deeds = PointEntry.objects.filter(
        circle=membership.circle_id, user=membership.user_id, day=day, withdrawn_at=None, at__gte=goal.started_at
    )
    days = GoalDay.objects.filter(goal=goal, user=membership.user_id, day=day)
    counts, counted = deeds.exists(), days.exists()
    if counts == counted:
        return 0
    if counts:
        GoalDay.objects.create(goal=goal, user_id=membership.user_id, day=day)
        GoalShare.objects.bulk_create([GoalShare(goal=goal, user_id=membership.user_id)], ignore_conflicts=True)
    else:
        days.delete()
    change = 1 if counts else -1
    move_all(GoalShare.objects.filter(goal=goal, user=membership.user_id), energy=change)
    return change


_running_in = Prepared(lambda any_: Goal.objects.filter(circle=any_.circle, state=GoalState.RUNNING), "circle")


def _stop(actor: User, goal: Goal, state: GoalState, reason: str) -> bool:
    """End it, if it is under way, and tell whoever else began it. By the team where it is over for good."""
    now = timezone.now()
    if not Goal.objects.filter(pk=goal.pk, state=GoalState.RUNNING).update(state=state, ended_at=now):
        return False
    if goal.started_by_id not in (None, actor.pk):
        by_team = state == GoalState.OVER
        record(GoalStopped(goal_id=goal.pk, reason=reason, by_team=by_team, at=now.isoformat()))
    return True


def _log(kind: DeedKind, actor: User, goal: Goal, reason: str = "") -> None:
    cause = goal.cause
    log.write(
        circle=goal.circle,
        kind=kind,
        actor=actor,
        subject=goal.started_by if goal.started_by_id != actor.pk else None,
        reason=reason,
        goal=goal.title or (cause.name if cause else ""),
        goal_en=goal.title or (cause.name_en if cause else ""),
    )


def _settle(goal_id: int) -> None:
    """End the goal if it is reached; whoever does that says so, once."""
    reached = Goal.objects.filter(pk=goal_id, state=GoalState.RUNNING, energy__gte=F("target"))
    if reached.update(state=GoalState.REACHED, ended_at=timezone.now()):
        record(GoalReached(goal_id=goal_id))


def _checked(wanted: GoalWanted) -> dict[str, object]:
    title, text = clean_line(wanted.title), clean_line(wanted.text)
    cause, picture, target = wanted.cause, wanted.picture, wanted.target
    if cause is not None and not cause.is_active:
        raise Invalid("unknown_cause", _("This cause cannot be chosen any more."), field="cause")
    if cause is None and not title:
        raise Invalid("name_required", _("Choose a cause, or say yourselves what you gather for."), field="title")
    require_length(title, most=TITLE_MAX, field="title")
    require_length(text, most=TEXT_MAX, field="text")
    if not picture:
        picture = cause.picture if cause else GoalPicture.TREE
    if picture not in GoalPicture.values:
        raise Invalid("unknown_picture", _("There is no such picture."), field="picture")
    if target is None and cause is not None:
        target = cause.energy
    if target is None or not TARGET_LEAST <= target <= TARGET_MAX:
        raise Invalid(
            "bad_target",
            _("Choose a target from %(least)s to %(most)s active days.") % {"least": TARGET_LEAST, "most": TARGET_MAX},
            field="target",
        )
    today = timezone.localdate()
    if wanted.until is not None and not today <= wanted.until <= today + LONGEST:
        raise Invalid("bad_day", _("Choose a last day within a year from today."), field="until")
    return {
        "cause": cause,
        "title": title,
        "text": text,
        "picture": picture,
        "target": target,
        "until": wanted.until,
    }


def _running() -> Refused:
    return Refused("goal_running", _("Your circle is gathering for something already."))


def require_may_run(actor: User, circle: Circle) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle.pk).first()
    rules.can_run(actor, circle, membership).require()

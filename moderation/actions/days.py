"""Medals given and taken by the team, and goals called off: each with a reason, in the log."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Invalid
from daily.actions import goals, medals
from daily.models import Award, Goal, Medal
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def give_medal(*, actor: User, medal: Medal, reason: str, nickname: str) -> LogEntry | None:
    """Give a medal, the platform's or a circle's, to somebody; they read the reason. None if they hold it.

    Raises `Refused` (`not_allowed`) and `Invalid` (`reason_required`, `no_person`).
    """
    can(actor, Power.PEOPLE).require()
    reason = log.clean_reason(reason)
    name = nickname.strip().removeprefix("@")
    person = User.objects.named([name]).first() if name else None
    if person is None:
        raise Invalid("no_person", _("Nobody has this nickname."), field="nickname")
    with transaction.atomic():
        if Award.objects.standing().filter(medal=medal, user=person).exists():
            return None
        award = medals.hand_over(medal=medal, to=person, reason=reason[: medals.REASON_MAX], by=actor)
        return log.write(
            actor=actor, verb=Verb.MEDAL_GIVE, reason=reason, target=award, subject=person, circle=medal.circle
        )


def take_medal(*, actor: User, award: Award, reason: str) -> LogEntry | None:
    """Take a medal back; its holder reads the reason. None if it was taken before. Raises as `give_medal`."""
    can(actor, Power.PEOPLE).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        if not medals.take_back(award, reason=reason[: medals.REASON_MAX]):
            return None
        return log.write(
            actor=actor,
            verb=Verb.MEDAL_TAKE,
            reason=reason,
            target=award,
            subject=award.user,
            circle=award.medal.circle,
        )


def end_goal(*, actor: User, goal: Goal, reason: str) -> LogEntry | None:
    """Call a circle's goal off; whoever began it reads the reason. None if it is not under way.

    Raises `Refused` and `Invalid` as `give_medal`."""
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        if not goals.stop(actor=actor, goal=goal, reason=reason):
            return None
        return log.write(actor=actor, verb=Verb.GOAL_END, reason=reason, target=goal, circle=goal.circle)

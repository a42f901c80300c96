"""What moderators do to a person inside one circle."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CreditKind, User
from circles.actions import memberships
from circles.models import Circle, Membership, Role
from core.errors import DomainError, NotFound
from moderation.actions import credit, log
from moderation.models import LogEntry, Verb
from moderation.rules import can_act_against


def silence(*, actor: User, user: User, circle: Circle, until: datetime, reason: str) -> LogEntry | None:
    """Keep a member from writing in this circle until then. None if that was so already.

    Locks the membership. Raises `Refused` (`not_allowed`, `oneself`, `team_member`), `Invalid` (`reason_required`),
    `NotFound` (no member), `DomainError` (`circle_owner`).
    """
    can_act_against(actor, user).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        membership = _lock(user, circle)
        if membership.silenced_until == until:
            return None
        _take_back_silence(membership)  # another end of the same silence: it counts once
        memberships.silence(user=user, circle=circle, until=until)
        entry = _write(actor, Verb.MEMBER_SILENCE, reason, membership, until=until.isoformat())
        credit.count(entry, kind=CreditKind.SILENCE)
    return entry


def unsilence(*, actor: User, user: User, circle: Circle, reason: str) -> LogEntry | None:
    """Let a silenced member write again. None if nobody silenced them. Raises as `silence` does."""
    can_act_against(actor, user).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        membership = _lock(user, circle)
        if membership.silenced_until is None:
            return None
        _take_back_silence(membership)
        memberships.unsilence(user=user, circle=circle)
        return _write(actor, Verb.MEMBER_UNSILENCE, reason, membership)


def ban(*, actor: User, user: User, circle: Circle, reason: str) -> LogEntry | None:
    """Put a member out of this circle; they cannot come back by themselves. None if they were banned already.

    Raises as `silence` does.
    """
    can_act_against(actor, user).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        membership = _lock(user, circle)
        if membership.is_banned:
            return None
        memberships.ban(user=user, circle=circle)
        entry = _write(actor, Verb.MEMBER_BAN, reason, membership)
        credit.count(entry, kind=CreditKind.CIRCLE_BAN)
    return entry


def unban(*, actor: User, user: User, circle: Circle, reason: str) -> LogEntry | None:
    """Let a banned person join again. None if they are not banned. Raises as `silence` does."""
    can_act_against(actor, user).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        membership = _lock(user, circle)
        if not membership.is_banned:
            return None
        memberships.unban(user=user, circle=circle)
        credit.take_back(verb=Verb.MEMBER_BAN, target=membership, person=membership.user, kind=CreditKind.CIRCLE_BAN)
        return _write(actor, Verb.MEMBER_UNBAN, reason, membership)


def _take_back_silence(membership: Membership) -> None:
    if membership.is_silenced:
        credit.take_back(verb=Verb.MEMBER_SILENCE, target=membership, person=membership.user, kind=CreditKind.SILENCE)


def _lock(user: User, circle: Circle) -> Membership:
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "circle")
        .filter(user=user, circle=circle)
        .first()
    )
    if membership is None:
        raise NotFound("not_member", _("This person was never in this circle."))
    if membership.role == Role.OWNER:
        raise DomainError("circle_owner", _("The circle belongs to this person. Close the circle instead."))
    return membership


def _write(actor: User, verb: Verb, reason: str, membership: Membership, **details: str) -> LogEntry:
    return log.write(
        actor=actor,
        verb=verb,
        reason=reason,
        target=membership,
        subject=membership.user,
        circle=membership.circle,
        details=details,
    )

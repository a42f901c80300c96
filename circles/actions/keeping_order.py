"""What those who look after a circle do to its members: silence, remove, ban, and take it back. Each is in the log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from circles import rules
from circles.actions import log, memberships
from circles.events import MemberConcerned
from circles.models import Circle, DeedKind, Membership
from core.errors import Decision
from core.events import record


def silence(*, actor: User, circle: Circle, user: User, until: datetime, reason: str) -> bool:
    """Keep somebody from writing here until then. Locks both memberships; they are told.

    Raises `Refused` (codes of `rules.can_silence`) and `Invalid` (reason_required, too_long).
    """
    reason = log.clean_reason(reason, required=True)
    with transaction.atomic():
        theirs = _ask(rules.can_silence, actor, circle, user, until=until)
        if theirs is not None and theirs.silenced_until == until:
            return False
        memberships.silence(user=user, circle=circle, until=until)
        _tell(circle, DeedKind.SILENCED, actor, user, reason, until=until.timestamp())
    return True


def unsilence(*, actor: User, circle: Circle, user: User) -> bool:
    """Let them write again; True if they could not. Raises `Refused`: codes of `rules.can_silence`."""
    with transaction.atomic():
        theirs = _ask(rules.can_silence, actor, circle, user)
        if theirs is None or theirs.silenced_until is None:
            return False
        memberships.unsilence(user=user, circle=circle)
        _tell(circle, DeedKind.UNSILENCED, actor, user, "")
    return True


def remove(*, actor: User, circle: Circle, user: User, reason: str) -> bool:
    """End a membership; they may come back. True if there was one. Raises as `silence`: codes of `rules.can_ban`."""
    reason = log.clean_reason(reason, required=True)
    with transaction.atomic():
        _ask(rules.can_ban, actor, circle, user)
        if not memberships.remove(user=user, circle=circle):
            return False
        _tell(circle, DeedKind.REMOVED, actor, user, reason)
    return True


def ban(*, actor: User, circle: Circle, user: User, reason: str) -> bool:
    """Put somebody out for good, until it is taken back. True if they were not banned. Raises as `remove`."""
    reason = log.clean_reason(reason, required=True)
    with transaction.atomic():
        theirs = _ask(rules.can_ban, actor, circle, user)
        if theirs is not None and theirs.is_banned:
            return False
        memberships.ban(user=user, circle=circle)
        _tell(circle, DeedKind.BANNED, actor, user, reason)
    return True


def unban(*, actor: User, circle: Circle, user: User) -> bool:
    """Let somebody come back; True if they were banned. Raises `Refused`: codes of `rules.can_ban`."""
    with transaction.atomic():
        theirs = _ask(rules.can_ban, actor, circle, user)
        if theirs is None or not theirs.is_banned:
            return False
        memberships.unban(user=user, circle=circle)
        _tell(circle, DeedKind.UNBANNED, actor, user, "")
    return True


def _ask(rule: Callable[..., Decision], actor: User, circle: Circle, user: User, **how: datetime) -> Membership | None:
    """The membership concerned, locked with the actor's in the order of people's ids, once the rule said yes."""
    rows = Membership.objects.select_for_update(no_key=True).filter(circle=circle, user__in=[actor.pk, user.pk])
    found = {row.user_id: row for row in rows.order_by("user_id")}
    rule(actor, found.get(actor.pk), found.get(user.pk), **how).require()
    return found.get(user.pk)


def _tell(circle: Circle, kind: DeedKind, actor: User, user: User, reason: str, **details: Any) -> None:
    deed = log.write(circle=circle, kind=kind, actor=actor, subject=user, reason=reason, **details)
    record(MemberConcerned(deed_id=deed.pk))

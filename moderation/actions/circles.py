"""Close a circle for everybody, and open it again."""

from django.db import transaction

from accounts.models import User
from circles.actions import circles
from circles.models import Circle, CircleState
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def close(*, actor: User, circle: Circle, reason: str) -> LogEntry | None:
    """Take the circle and all in it out of every page. None if it was closed already.

    Locks the circle. Raises `Refused` (`not_allowed`) or `Invalid` (`reason_required`).
    """
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        circle = _lock(circle)
        if circle.state == CircleState.CLOSED:
            return None
        circles.close(circle=circle)
        return _write(actor, Verb.CIRCLE_CLOSE, reason, circle)


def reopen(*, actor: User, circle: Circle, reason: str) -> LogEntry | None:
    """Bring a closed circle back with all in it. None if it was open. Raises as `close` does."""
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        circle = _lock(circle)
        if circle.state == CircleState.OPEN:
            return None
        circles.reopen(circle=circle)
        return _write(actor, Verb.CIRCLE_REOPEN, reason, circle)


def _lock(circle: Circle) -> Circle:
    return Circle.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=circle.pk)


def _write(actor: User, verb: Verb, reason: str, circle: Circle) -> LogEntry:
    return log.write(actor=actor, verb=verb, reason=reason, target=circle, subject=circle.owner, circle=circle)

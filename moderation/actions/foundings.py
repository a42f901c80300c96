"""Deciding who founds a circle, and who owns one that nobody inside could be found for."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from circles.actions import foundings, succession
from circles.models import Founding, Succession
from core.errors import Invalid
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def approve(*, actor: User, founding: Founding, reason: str) -> LogEntry | None:
    """Found the circle; the applicant owns it and is told. None if it does not wait any more.

    Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`), and what founding refuses to the applicant by now.
    """
    can(actor, Power.FOUNDINGS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        circle = foundings.approve(founding=founding, by=actor, reason=reason)
        if circle is None:
            return None
        return log.write(
            actor=actor,
            verb=Verb.FOUNDING_APPROVE,
            reason=reason,
            target=founding,
            subject=founding.applicant,
            circle=circle,
        )


def refuse(*, actor: User, founding: Founding, reason: str) -> LogEntry | None:
    """Say no; the applicant reads the reason. None if it does not wait any more. Raises as `approve`."""
    can(actor, Power.FOUNDINGS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        if not foundings.refuse(founding=founding, by=actor, reason=reason):
            return None
        return log.write(
            actor=actor, verb=Verb.FOUNDING_REFUSE, reason=reason, target=founding, subject=founding.applicant
        )


def appoint_owner(*, actor: User, row: Succession, reason: str, nickname: str) -> LogEntry | None:
    """Make a member the owner of a circle whose owner is gone. None if there is a new owner already.

    Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`, `no_member`, `cannot_own`).
    """
    can(actor, Power.FOUNDINGS).require()
    reason = log.clean_reason(reason)
    heir = User.objects.named([nickname.strip().removeprefix("@")]).first() if nickname.strip() else None
    if heir is None:
        raise Invalid("no_member", _("Choose another member of the circle."), field="nickname")
    with transaction.atomic():
        if not succession.appoint(succession=row, user=heir, by=actor, reason=reason):
            return None
        return log.write(
            actor=actor, verb=Verb.OWNER_APPOINT, reason=reason, target=row, subject=heir, circle=row.circle
        )

"""Deciding identity checks, and looking at a legal name: never without a row in the log."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import identity
from accounts.models import IdentityCheck, IdentityCheckState, LegalIdentity, User
from core.errors import DomainError, Refused
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


@dataclass(frozen=True)
class RevealedIdentity:
    """What a reviewer sees once. `number` shows its first six and last two characters."""

    name: str
    number: str


def approve(*, actor: User, check: IdentityCheck, reason: str) -> LogEntry | None:
    """Verify the person. None if the check was approved already.

    When another account holds this identity the check is refused all the same, and the log says so.
    Locks person and check. Raises `Refused` (`not_allowed`, `oneself`), `Invalid` (`reason_required`) or
    `DomainError` (`already_decided`).
    """
    return _decide(actor, check, reason, IdentityCheckState.APPROVED)


def refuse(*, actor: User, check: IdentityCheck, reason: str) -> LogEntry | None:
    """Say no; the person is not told which datum was wrong. None if refused already. Raises as `approve` does."""
    return _decide(actor, check, reason, IdentityCheckState.REFUSED)


def _decide(actor: User, check: IdentityCheck, reason: str, outcome: IdentityCheckState) -> LogEntry | None:
    can(actor, Power.IDENTITIES).require()
    if check.user_id == actor.pk:
        raise Refused("oneself", _("Somebody else has to decide about you."))
    reason = log.clean_reason(reason)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=check.user_id)  # first, as accounts locks them
        check = IdentityCheck.objects.select_for_update(of=("self",)).select_related("user").get(pk=check.pk)
        if check.state == outcome:
            return None
        if check.state != IdentityCheckState.PENDING:
            raise DomainError("already_decided", _("This check has been decided meanwhile."))
        if outcome == IdentityCheckState.APPROVED:
            decided = identity.approve(check=check, by=actor)
        else:
            decided = identity.refuse(check=check, by=actor)
        approved = decided.state == IdentityCheckState.APPROVED
        return log.write(
            actor=actor,
            verb=Verb.IDENTITY_APPROVE if approved else Verb.IDENTITY_REFUSE,
            reason=reason,
            target=check,
            subject=check.user,
            details={} if decided.state == outcome else {"because": "identity_of_another_account"},
        )


def reveal(*, actor: User, record: IdentityCheck | LegalIdentity, reason: str) -> RevealedIdentity:
    """The legal name behind an account, after the log says who looked and why. Every look is a row of its own.

    Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`) or `DomainError` (`wiped`: the claim of a
    decided check is gone).
    """
    can(actor, Power.IDENTITIES).require()
    reason = log.clean_reason(reason)
    if not record.name_encrypted:
        raise DomainError("wiped", _("What was claimed here has been deleted."))
    with transaction.atomic():
        log.write(actor=actor, verb=Verb.IDENTITY_REVEAL, reason=reason, target=record, subject=record.user)
    number = record.open_number()
    return RevealedIdentity(name=record.open_name(), number=f"{number[:6]}{'•' * max(len(number) - 8, 0)}{number[-2:]}")

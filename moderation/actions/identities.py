"""Deciding identity checks, and looking at a legal name: never without a row in the log."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import custody, identity
from accounts.models import Document, IdentityCheck, IdentityCheckState, IdentityState, LegalIdentity, User
from core.errors import DomainError, Refused
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


@dataclass(frozen=True)
class RevealedIdentity:
    """What a reviewer sees once. `number` shows its beginning and its last two characters."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    document: str
    country: str
    born: date | None = field(repr=False)
    valid_until: date | None
    photos: list[bytes] = field(repr=False)
    """Of the document, as WebP."""


def approve(*, actor: User, check: IdentityCheck, reason: str) -> LogEntry | None:
    """Verify the person. None if the check was approved already. Where several people have to approve, and they have
    not yet, the log says that this one did.

    When another account holds this identity the check is refused all the same, and the log says so.
    Locks person and check. Raises `Refused` (`not_allowed`, `oneself`), `Invalid` (`reason_required`) or
    `DomainError` (`already_decided`, `approved_by_you`).
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
        verb = {
            IdentityCheckState.APPROVED: Verb.IDENTITY_APPROVE,
            IdentityCheckState.PENDING: Verb.IDENTITY_ENDORSE,
        }.get(IdentityCheckState(decided.state), Verb.IDENTITY_REFUSE)
        is_taken = outcome == IdentityCheckState.APPROVED and verb == Verb.IDENTITY_REFUSE
        return log.write(
            actor=actor,
            verb=verb,
            reason=reason,
            target=check,
            subject=check.user,
            details={"because": "identity_of_another_account"} if is_taken else {},
        )


def revoke(*, actor: User, record: LegalIdentity, reason: str) -> LogEntry | None:
    """Take a verification back; the person is told, with the reason. None if it was taken back already.

    Locks the person. Raises `Refused` (`not_allowed`, `oneself`) or `Invalid` (`reason_required`).
    """
    can(actor, Power.IDENTITIES).require()
    if record.user_id == actor.pk:
        raise Refused("oneself", _("Somebody else has to decide about you."))
    reason = log.clean_reason(reason)
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=record.user_id)
        record = LegalIdentity.objects.select_for_update().get(pk=record.pk)
        if record.state == IdentityState.REVOKED:
            return None
        identity.revoke(identity=record, by=actor, reason=reason)
        return log.write(actor=actor, verb=Verb.IDENTITY_REVOKE, reason=reason, target=record, subject=person)


def reveal(*, actor: User, record: IdentityCheck | LegalIdentity, reason: str) -> RevealedIdentity:
    """The legal name behind an account, after the log and the person's own history say who looked and why. Every look
    is a row of its own. Photos of the document are there while its check is not decided.

    Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`) or `DomainError` (`wiped`: it has been destroyed).
    """
    can(actor, Power.IDENTITIES).require()
    reason = log.clean_reason(reason)
    if record.sealed_id is None:
        raise DomainError("wiped", _("What was claimed here has been deleted."))
    with transaction.atomic():
        log.write(actor=actor, verb=Verb.IDENTITY_REVEAL, reason=reason, target=record, subject=record.user)
        claim = identity.look(user=record.user, sealed_id=record.sealed_id, by=actor, reason=reason)
    shown = 6 if claim.document == Document.ID_CARD else 2
    hidden = "•" * max(len(claim.number) - shown - 2, 0)
    return RevealedIdentity(
        name=claim.name,
        number=f"{claim.number[:shown]}{hidden}{claim.number[-2:]}",
        document=str(Document(claim.document).label),
        country=claim.country,
        born=claim.born,
        valid_until=claim.valid_until,
        photos=custody.read_photos(record.sealed_id),
    )

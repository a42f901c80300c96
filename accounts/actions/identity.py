"""Proving who somebody is: one real person, one account.

A refusal never says what was wrong. A wrong name, an unknown number and a number that another account holds get the
same answer, `identity_refused`, so nobody learns here who is a member.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.identity.claim import parse
from accounts.identity.provider import Answer, current
from accounts.models import IdentityCheck, IdentityCheckState, LegalIdentity, User
from core.errors import DomainError, NotFound, Refused


def verify(*, user: User, name: str, number: str) -> IdentityCheck:
    """Have the provider check a legal name and ID number. Returns the check: approved, or pending (staff decides).

    The claim is stored before the provider is asked, and the provider is asked outside any transaction: should this
    process die meanwhile, the claim waits in the review queue. Raises `Invalid` (`bad_legal_name`, `bad_id_number`),
    `Refused` (`identity_refused`, after the attempt is recorded, and what `rules.can_ask_for_identity` says) or
    `DomainError` (`identity_unavailable`, 503, which costs no attempt).
    """
    claim = parse(name=name, number=number)
    provider = current()
    with transaction.atomic(durable=True):
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        checks = IdentityCheck.objects.filter(user=person)
        rules.can_ask_for_identity(
            person,
            pending=checks.filter(state=IdentityCheckState.PENDING).exists(),
            attempts=checks.filter(created_at__gt=timezone.now() - timedelta(days=1)).count(),
        ).require()
        check = IdentityCheck(user=person, provider=provider.code)
        check.seal(name=claim.name, number=claim.number)
        check.save()

    answer = provider.check(claim)

    if answer is Answer.PENDING:
        return check
    if answer is Answer.UNAVAILABLE:
        check.delete()
        raise DomainError(
            "identity_unavailable",
            _("The service that checks IDs does not answer right now. Please try again in a few minutes."),
            status=503,
        )
    decided = _decide(check, approved=answer is Answer.APPROVED, by=None)
    if decided.state == IdentityCheckState.REFUSED:
        raise Refused("identity_refused", _("We could not verify you with this name and number."))
    user.verified_at = decided.user.verified_at
    return decided


def approve(*, check: IdentityCheck, by: User) -> IdentityCheck:
    """Staff: the claim is right. Returns the check, refused all the same when another account holds this identity.

    Raises `NotFound`, or `DomainError` (`already_decided`).
    """
    return _decide(check, approved=True, by=by)


def refuse(*, check: IdentityCheck, by: User) -> IdentityCheck:
    """Staff: the claim is wrong. Raises `NotFound`, or `DomainError` (`already_decided`)."""
    return _decide(check, approved=False, by=by)


@transaction.atomic
def _decide(check: IdentityCheck, *, approved: bool, by: User | None) -> IdentityCheck:
    """Decide a pending check and wipe its claim. Locks the person, then the check."""
    person = User.objects.select_for_update(no_key=True).filter(pk=check.user_id).first()
    locked = IdentityCheck.objects.select_for_update().filter(pk=check.pk).first()
    if person is None or locked is None:
        raise NotFound("not_found", _("There is no such check."))
    if locked.state != IdentityCheckState.PENDING:
        raise DomainError("already_decided", _("This check was decided already."))
    now = timezone.now()
    if approved and _take(locked, person):
        locked.state = IdentityCheckState.APPROVED
        person.verified_at = now
        person.save(update_fields=["verified_at"])
    else:
        locked.state = IdentityCheckState.REFUSED
    locked.user = person
    locked.decided_at, locked.decided_by = now, by
    locked.wipe()
    locked.save()
    return locked


def _take(check: IdentityCheck, person: User) -> bool:
    """Bind the claimed identity to the account; False when it is another's, also if that happens at the same moment."""
    identity = LegalIdentity(user=person, provider=check.provider)
    identity.seal(name=check.open_name(), number=check.open_number())
    # ON CONFLICT DO NOTHING waits for a rival to commit, and unlike a violated constraint leaves no row in a log.
    LegalIdentity.objects.bulk_create([identity], ignore_conflicts=True)
    return LegalIdentity.objects.filter(pk=identity.pk).exists()

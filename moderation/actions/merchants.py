"""Deciding applications of merchants."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import DomainError
from merchants.actions import applications
from merchants.models import Merchant, MerchantState
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def approve(*, actor: User, merchant: Merchant, reason: str) -> LogEntry | None:
    """Open the merchant's fan page and circle. None if that was done already.

    Locks the merchant. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`), `DomainError`
    (`already_decided`, and what founding its circle refuses to the applicant).
    """
    can(actor, Power.MERCHANTS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        merchant = _lock(merchant)
        if merchant.state == MerchantState.VERIFIED:
            return None
        merchant = applications.approve(merchant=merchant, by=actor)
        return _write(actor, Verb.MERCHANT_APPROVE, reason, merchant)


def refuse(*, actor: User, merchant: Merchant, reason: str) -> LogEntry | None:
    """Say no; the applicant reads the reason. None if refused already. Raises as `approve` does."""
    can(actor, Power.MERCHANTS).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        merchant = _lock(merchant)
        if merchant.state == MerchantState.REFUSED:
            return None
        if merchant.state != MerchantState.PENDING:
            raise DomainError("already_decided", _("This application has been decided meanwhile."))
        merchant = applications.refuse(merchant=merchant, by=actor, reason=reason)
        return _write(actor, Verb.MERCHANT_REFUSE, reason, merchant)


def _lock(merchant: Merchant) -> Merchant:
    return Merchant.objects.select_for_update(of=("self",)).get(pk=merchant.pk)


def _write(actor: User, verb: Verb, reason: str, merchant: Merchant) -> LogEntry:
    return log.write(
        actor=actor,
        verb=verb,
        reason=reason,
        target=merchant,
        subject=merchant.applied_by,
        circle=merchant.circle,
    )

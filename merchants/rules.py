"""Who may apply, follow and announce. Answers only; nothing is written here."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import rules as people
from accounts.models import User
from core.errors import ALLOWED, Decision, refuse
from merchants.models import Merchant, MerchantState

APPLICATIONS_WAITING_MAX = 3
"""Applications one person may have waiting at a time."""


def can_apply(user: User | Any, *, waiting: int) -> Decision:
    """`waiting`: applications of this person that nobody has decided yet."""
    decision = people.can_write(user)
    if not decision:
        return decision
    if waiting >= APPLICATIONS_WAITING_MAX:
        return refuse(
            "too_many_applications",
            _("You already have applications waiting. Please wait until they are decided."),
        )
    return ALLOWED


def can_follow(user: User | Any, merchant: Merchant) -> Decision:
    decision = people.can_write(user)
    if not decision:
        return decision
    if merchant.state != MerchantState.VERIFIED:
        return refuse("merchant_not_open", _("This page is not open to fans."))
    return ALLOWED


def can_announce(user: User | Any, merchant: Merchant, *, is_staff: bool) -> Decision:
    """`is_staff`: the person speaks for this merchant."""
    decision = people.can_write(user)
    if not decision:
        return decision
    if not is_staff:
        return refuse("not_staff", _("Only people who speak for this merchant can announce."))
    if merchant.state != MerchantState.VERIFIED:
        return refuse("merchant_not_open", _("This page is not open to fans."))
    return ALLOWED

"""Who speaks for a merchant. That somebody does is a verified fact, which circles' rules may ask for."""

from django.db import transaction

from accounts.actions import facts
from accounts.models import Fact, FactKind, User
from merchants.models import Merchant, Staff


def add(*, merchant: Merchant, user: User) -> Staff:
    """Let a person speak for a merchant. Twice is the same as once. Locks the person."""
    with transaction.atomic():
        row, _is_new = Staff.objects.get_or_create(merchant=merchant, user=user)
        facts.grant(
            user=user,
            kind=FactKind.MERCHANT_STAFF,
            value=merchant.slug,
            source=Fact.Source.MERCHANT,
            label=merchant.name,
        )
    return row


def remove(*, merchant: Merchant, user: User) -> None:
    """This person speaks for it no more, nor is it verified that they do. Locks the person."""
    with transaction.atomic():
        Staff.objects.filter(merchant=merchant, user=user).delete()
        said = Fact.objects.filter(
            user=user, kind=FactKind.MERCHANT_STAFF, value=merchant.slug, source=Fact.Source.MERCHANT, revoked_at=None
        )
        for fact in said:
            facts.revoke(fact=fact)

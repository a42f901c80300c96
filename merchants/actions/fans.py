"""Following a merchant. The counter moves in the transaction that makes or removes the row."""

from django.db import transaction

from accounts.models import NoticeLevel, User
from circles.actions.memberships import unmuted
from core import events
from core.counters import move
from merchants import rules
from merchants.events import FanFollowed
from merchants.models import Fan, Merchant


def follow(*, user: User, merchant: Merchant) -> Fan:
    """Become a fan. Following twice changes nothing and is heard of once. Raises `Refused` (see `rules.can_follow`)."""
    with transaction.atomic():
        existing = Fan.objects.filter(merchant=merchant, user=user).first()
        if existing is not None:
            return existing
        rules.can_follow(user, merchant).require()
        fan, created = Fan.objects.get_or_create(merchant=merchant, user=user)
        if created:
            move(Merchant, merchant.pk, fan_count=+1)
            events.record(FanFollowed(merchant_id=merchant.pk, user_id=user.pk))
    return fan


def unfollow(*, user: User, merchant: Merchant) -> None:
    """Stop being a fan; always allowed, and doing it twice changes nothing."""
    with transaction.atomic():
        deleted, _ = Fan.objects.filter(merchant=merchant, user=user).delete()
        if deleted:
            move(Merchant, merchant.pk, fan_count=-1)


def set_muted(*, user: User, merchant: Merchant, muted: bool) -> None:
    """Stay a fan without being notified, or be notified again. For somebody who is no fan nothing happens."""
    set_level(user=user, merchant=merchant, level=NoticeLevel.MUTED if muted else unmuted(user))


def set_level(*, user: User, merchant: Merchant, level: str) -> None:
    """Choose how much of this merchant reaches a fan; empty: their default. For others nothing happens."""
    Fan.objects.filter(merchant=merchant, user=user).update(level=level)

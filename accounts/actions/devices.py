"""Browsers somebody logs in with: a new one is told of by mail."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import letters
from accounts.models import Device, User

KEEP_DAYS = 400


def recognize(*, user: User, token: str, label: str, place: str, is_new_account: bool = False) -> str:
    """Somebody logged in with a browser that holds `token` (or none). Returns the token it is to hold from now on.

    A browser not seen with this account before is remembered, and the person gets a mail, unless it is their first.
    """
    now = timezone.now()
    known = Device.objects.filter(user=user, digest=Device.digest_of(token)) if token else Device.objects.none()
    if known.update(last_seen_at=now, label=label):
        return token
    token = token or secrets.token_urlsafe(24)
    with transaction.atomic():
        is_first = not Device.objects.filter(user=user).exists()
        Device.objects.bulk_create(
            [Device(user=user, digest=Device.digest_of(token), label=label)], ignore_conflicts=True
        )
        if not is_new_account and not is_first:
            letters.post("new_login", user=user, browser=label, place=place, at=now.isoformat())
    return token


def purge() -> None:
    """Forget browsers not seen for long."""
    Device.objects.filter(last_seen_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)).delete()

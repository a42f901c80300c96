"""Turning something off by a link of a mail."""

from django.db import transaction

from accounts.models import NoticeLevel, User
from core.errors import NotFound
from merchants.models import Fan
from notifications import tokens
from notifications.models import DigestRhythm, Preferences


@transaction.atomic
def unsubscribe(*, user_id: int, scope: str) -> None:
    """Turn off what `scope` names (see `notifications.tokens`). Idempotent. Raises `NotFound` for an unknown scope.

    A merchant's announcements still come to the inbox.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("bad_token", "")
    kind, _colon, number = scope.partition(":")
    if kind == tokens.MAIL:
        Preferences.objects.update_or_create(user=user, defaults={"mail": False})
    elif kind == tokens.DIGEST:
        Preferences.objects.update_or_create(user=user, defaults={"digest": DigestRhythm.OFF})
    elif kind == tokens.MERCHANT and number.isdigit():
        mine = Fan.objects.filter(user=user, merchant_id=int(number), level=NoticeLevel.ALL)
        mine.update(level=NoticeLevel.HIGHLIGHTS)
    else:
        raise NotFound("bad_token", "")

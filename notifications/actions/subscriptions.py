"""Browsers that want pushes."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from notifications import webpush
from notifications.models import PushSubscription

SUBSCRIPTIONS_MAX = 10
"""Browsers a person; a new one takes the place of the oldest."""


@transaction.atomic
def subscribe(*, user: User, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Push to this browser from now on; again changes nothing but its keys. Locks the person.

    A browser belongs to whoever subscribed it last. Raises `Invalid` with `unknown_push_service` or `bad_push_keys`,
    `Refused` with `push_off` where the site has no key to sign with.
    """
    if not webpush.is_on():
        raise Refused("push_off", _("This site does not send pushes."))
    webpush.check(endpoint=endpoint, p256dh=p256dh, auth=auth)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    row, _made = PushSubscription.objects.update_or_create(
        endpoint=endpoint, defaults={"user": user, "p256dh": p256dh, "auth": auth}
    )
    kept = PushSubscription.objects.filter(user=user).order_by("-created_at", "-pk").values("pk")[:SUBSCRIPTIONS_MAX]
    PushSubscription.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return row


def unsubscribe(*, user: User, endpoint: str) -> None:
    """Push no more to this browser of the person's; idempotent."""
    PushSubscription.objects.filter(user=user, endpoint=endpoint).delete()

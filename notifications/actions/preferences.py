"""What a person chose about being reached."""

from collections.abc import Mapping
from datetime import time

from django.db import transaction

from accounts.models import User
from circles.models import Membership
from merchants.models import Fan
from notifications.actions.deliver import lock_inbox
from notifications.models import Preferences


@transaction.atomic
def update(
    *,
    user: User,
    bell: bool,
    mail: bool,
    push: bool,
    quiet: bool,
    quiet_from: time,
    quiet_until: time,
    digest: str,
    digest_hour: int,
    language: str,
) -> None:
    """Keep where and when `user` is reached. Locks their InboxState."""
    Preferences.objects.update_or_create(
        user=user,
        defaults={
            "mail": mail,
            "push": push,
            "quiet": quiet,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "digest": digest,
            "digest_hour": digest_hour,
            "language": language,
        },
    )
    state = lock_inbox(user.pk)
    state.bell = bell
    state.save(update_fields=["bell"])


@transaction.atomic
def set_levels(*, user: User, default: str, circles: Mapping[int, str], merchants: Mapping[int, str]) -> None:
    """Keep how much reaches `user`: by default, and by id of a membership or fan row. Others' rows stay."""
    User.objects.filter(pk=user.pk).update(notice_level=default)
    user.notice_level = default
    for level in {*circles.values()}:
        ids = [pk for pk, chosen in circles.items() if chosen == level]
        Membership.objects.filter(user=user, pk__in=ids).exclude(level=level).update(level=level)
    for level in {*merchants.values()}:
        ids = [pk for pk, chosen in merchants.items() if chosen == level]
        Fan.objects.filter(user=user, pk__in=ids).exclude(level=level).update(level=level)

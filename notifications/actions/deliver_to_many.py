"""Putting the same thing into the inboxes of hundreds of people, with a handful of statements."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import NoticeLevel, User
from accounts.queries import hearers_of
from circles.models import Post
from notifications import badge, rules
from notifications.actions.outgoing import send_out_to_many
from notifications.models import InboxState, Kind, Notification


@transaction.atomic
def deliver_to_many(
    *,
    recipient_ids: Collection[int],
    level: NoticeLevel,
    kind: Kind,
    key: str,
    post: Post,
    actor_id: int | None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """What `deliver` does for each of these people, who all chose `level`; returns how many were told.

    For kinds nobody's shield is asked about. Locks their InboxStates in the order of their ids.
    """
    if not rules.reaches_inbox(kind, level):
        return 0
    hearers = User.objects.active() if actor_id is None else hearers_of(actor_id).exclude(pk=actor_id)
    people: dict[int, User] = hearers.only("notice_level", "email", "reach").in_bulk(recipient_ids)
    _lock_inboxes(people)
    told = set(Notification.objects.filter(recipient__in=people, key=key).values_list("recipient_id", flat=True))
    lines = Notification.objects.bulk_create(
        Notification(recipient_id=pk, kind=kind, key=key, post=post, actor_id=actor_id, data=data or {})
        for pk in sorted(people.keys() - told)
    )
    InboxState.objects.filter(pk__in=[line.recipient_id for line in lines]).update(unread=F("unread") + 1)
    if rules.leaves_the_house(kind, level):
        send_out_to_many(lines, people)
    return len(lines)


def _lock_inboxes(people: Collection[int]) -> None:
    badge.forget_after_commit(*people)
    in_order = sorted(people)
    InboxState.objects.bulk_create([InboxState(user_id=pk) for pk in in_order], ignore_conflicts=True)
    list(InboxState.objects.filter(pk__in=in_order).order_by("pk").select_for_update().values_list("pk"))

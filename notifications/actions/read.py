"""Reading: what makes the badge smaller."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from core.prepared import Prepared
from notifications.actions.deliver import lock_inbox
from notifications.glance import glance, newest
from notifications.models import Notification


@transaction.atomic
def mark_read(*, user: User, ids: Sequence[int]) -> int:
    """Mark these notifications of the user read; ids of others are passed over. Returns how many were unread."""
    state = lock_inbox(user.pk)
    read = _unread(user).filter(pk__in=ids).update(read_at=timezone.now())
    if read:
        state.unread -= read
        state.save(update_fields=["unread"])
    return read


@transaction.atomic
def mark_all_read(*, user: User) -> None:
    """Mark everything read, broadcasts too."""
    state = lock_inbox(user.pk)
    _unread(user).update(read_at=timezone.now())
    state.unread = 0
    state.broadcasts_seen_at = newest(user) or state.broadcasts_seen_at
    state.save(update_fields=["unread", "broadcasts_seen_at"])


def open_inbox(*, user: User) -> None:
    """The inbox was opened: broadcasts are seen, and what may not be seen any more is no longer counted.

    A post that is hidden or deleted takes its notifications out of sight at once, but nobody looks up whose they
    were; each badge is put right here, the next time its owner looks. Where nothing is counted, nothing is to be done.
    """
    now = glance(user)
    if now.unread or now.is_sent_more:
        _put_right(user)


@transaction.atomic
def _put_right(user: User) -> None:
    state = lock_inbox(user.pk)
    before = state.unread, state.broadcasts_seen_at
    counted = {pk for (pk,) in _counted(viewer=user.pk)}
    seen = {pk for (pk,) in _seen(user.keeps_distance)(viewer=user.pk)} if counted else set()
    if gone := counted - seen:
        Notification.objects.filter(pk__in=gone).update(read_at=timezone.now())
    state.unread = len(seen)
    # The mark is the newest one that could be seen, not the clock: a broadcast may be written a moment after it was
    # published, and is new then.
    state.broadcasts_seen_at = newest(user) or state.broadcasts_seen_at
    if before != (state.unread, state.broadcasts_seen_at):
        state.save(update_fields=["unread", "broadcasts_seen_at"])


def _unread(user: User | int) -> "QuerySet[Notification]":
    return Notification.objects.filter(recipient=user, read_at__isnull=True)


_counted = Prepared(lambda any_: _unread(any_.viewer).values_list("pk"), "viewer")


@lru_cache
def _seen(keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any, Any]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
        return Notification.objects.visible_to(viewer).filter(read_at__isnull=True).values_list("pk")

    return Prepared(query, "viewer")

"""Reading: what makes the badge smaller."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications.actions.deliver import lock_inbox
from notifications.models import Broadcast, Notification


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
    state.broadcasts_seen_at = _newest_broadcast(user) or state.broadcasts_seen_at
    state.save(update_fields=["unread", "broadcasts_seen_at"])


@transaction.atomic
def open_inbox(*, user: User) -> None:
    """The inbox was opened: broadcasts are seen, and what may not be seen any more is no longer counted.

    A post that is hidden or deleted takes its notifications out of sight at once, but nobody looks up whose they
    were; each badge is put right here, the next time its owner looks.
    """
    state = lock_inbox(user.pk)
    gone = _unread(user).exclude(pk__in=_unread(user).filter(pk__in=Notification.objects.visible_to(user)).values("pk"))
    gone.update(read_at=timezone.now())
    state.unread = _unread(user).count()
    # The mark is the newest one that could be seen, not the clock: a broadcast may be written a moment after it was
    # published, and is new then.
    state.broadcasts_seen_at = _newest_broadcast(user) or state.broadcasts_seen_at
    state.save(update_fields=["unread", "broadcasts_seen_at"])


def _unread(user: User):  # type: ignore[no-untyped-def]
    return Notification.objects.filter(recipient=user, read_at__isnull=True)


def _newest_broadcast(user: User):  # type: ignore[no-untyped-def]
    return Broadcast.objects.visible_to(user).order_by("-published_at").values_list("published_at", flat=True).first()

"""The number on the bell, as every page shows it.

Counting takes a query, or two; a page is asked for far more often than something happens to its reader. So the number
is kept for a moment: whatever changes a person's inbox drops it, and a broadcast shows up when it runs out.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction

from notifications.queries import unread_count

if TYPE_CHECKING:
    from accounts.models import User

KEEP_SECONDS = 20
"""A page already open asks again every 30 s, so no broadcast is told of later than a minute."""


def count(viewer: "User | Any") -> int:
    """`unread_count`, at most KEEP_SECONDS old. One Redis round trip; `unread_count` where it is not kept."""
    if not viewer.is_authenticated:
        return 0
    return cache.get_or_set(_key(viewer.pk), partial(unread_count, viewer), KEEP_SECONDS) or 0


def forget_after_commit(*user_ids: int) -> None:
    """The inboxes of these people change in this transaction."""
    transaction.on_commit(partial(cache.delete_many, [_key(user_id) for user_id in user_ids]), robust=True)


def _key(user_id: int) -> str:
    return f"badge:{user_id}"

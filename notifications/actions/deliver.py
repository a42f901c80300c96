"""Putting something into a person's inbox."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import NoticeLevel, User
from accounts.queries import hearers_of
from circles.actions.reach import lets_reach
from circles.models import Comment, Membership, Post
from core.counters import move
from core.prepared import Prepared
from core.statements import Insert
from notifications import badge, rules
from notifications.actions.outgoing import send_notice, send_out
from notifications.models import ADDRESSED, InboxState, Kind, Notification, NotificationActor

FOLLOW_AGAIN_DAYS = 30


@transaction.atomic(savepoint=False)
def deliver(
    *,
    recipient_id: int,
    kind: Kind,
    key: str,
    post: Post,
    comment: Comment | None = None,
    actor_id: int | None = None,
    detail: str = "",
    data: Mapping[str, Any] | None = None,
) -> bool:
    """Write one unread notification, unless there is one with this `key`; returns whether it was written.

    Nobody is told of their own deeds; `rules.reaches_inbox` says what comes through at the level the recipient chose
    for the circle; an account that is switched off gets nothing. Locks the recipient's InboxState: whoever delivers to
    several people in one transaction does so in the order of their ids.
    """
    recipient, level = _recipient(recipient_id, kind=kind, post=post, actor_id=actor_id)
    if recipient is None or not rules.reaches_inbox(kind, level):
        return False
    lock_inbox(recipient_id)
    if _lines(recipient=recipient_id, key=key):  # nobody else writes one while the inbox is locked
        return False
    line = Notification(
        recipient_id=recipient_id,
        key=key,
        kind=kind,
        post=post,
        comment=comment,
        actor_id=actor_id,
        detail=detail[:300],
        data=data or {},
    )
    _insert([line])
    _count(recipient_id, 1)
    send_out(line, recipient=recipient, level=level)
    return True


_insert = Insert("notifications.Notification")
_lines = Prepared(
    lambda any_: Notification.objects.filter(recipient=any_.recipient, key=any_.key).values_list("pk"),
    "recipient",
    "key",
)


@transaction.atomic
def notice(
    *,
    recipient_id: int,
    kind: Kind,
    key: str,
    data: dict[str, Any],
    detail: str = "",
    circle_id: int | None = None,
) -> bool:
    """Write one unread notice about the recipient's own account (notifications.notices says what it reads like).

    Once per `key`; returns whether it was written. Nobody can mute it; an account that is switched off gets none.
    Locks the recipient's InboxState.
    """
    recipient = User.objects.active().only("email").filter(pk=recipient_id).first()
    if recipient is None:
        return False
    lock_inbox(recipient_id)
    line, written = Notification.objects.get_or_create(
        recipient_id=recipient_id,
        key=key,
        defaults={"kind": kind, "data": data, "detail": detail[:300], "circle_id": circle_id},
    )
    if written:
        _count(recipient_id, 1)
        send_notice(line, recipient=recipient)
    return written


@transaction.atomic
def circle_notice(
    *, recipient_id: int, circle_id: int, kind: Kind, key: str, data: dict[str, Any], detail: str = ""
) -> bool:
    """The same of a circle's own news (models.OF_CIRCLE), unless the recipient wants none of the circle."""
    recipient = User.objects.active().only("notice_level").filter(pk=recipient_id).first()
    chosen = Membership.objects.filter(circle=circle_id, user=recipient_id).values_list("level", flat=True).first()
    if recipient is None or not rules.reaches_inbox(kind, recipient.level(chosen or "")):
        return False
    return notice(recipient_id=recipient_id, kind=kind, key=key, data=data, detail=detail, circle_id=circle_id)


@transaction.atomic
def collapse_like(*, post: Post, actor_id: int, comment: Comment | None = None) -> bool:
    """Add a person to the one "liked your post" line of a post's author, or the one for a comment of its author;
    returns whether they were new to it.

    A new person makes the line unread and the newest; the same person again, or taking a like back, changes nothing.
    Locks the author's InboxState.
    """
    kind = Kind.LIKE if comment is None else Kind.COMMENT_LIKE
    recipient_id = post.author_id if comment is None else comment.author_id
    recipient, level = _recipient(recipient_id, kind=kind, post=post, actor_id=actor_id)
    if recipient is None or not rules.reaches_inbox(kind, level):
        return False
    lock_inbox(recipient_id)
    now = timezone.now()
    # Who reads in a circle of pseudonyms is no more to be told than who writes.
    shown_id = None if post.is_masked else actor_id
    line, first = Notification.objects.get_or_create(
        recipient_id=recipient_id,
        key=f"like:{post.pk}" if comment is None else f"comment_like:{comment.pk}",
        defaults={"kind": kind, "post": post, "comment": comment, "actor_id": shown_id, "updated_at": now},
    )
    _, joined = NotificationActor.objects.get_or_create(notification=line, actor_id=actor_id)
    if first:
        _count(recipient_id, 1)
    elif joined:
        _renew(line, actor_id=shown_id, now=now)
    return joined


@transaction.atomic
def collapse_follow(*, recipient_id: int, actor_id: int) -> bool:
    """Add a person to today's one "follows you" line of somebody; returns whether they were new to it.

    Who follows, stops and follows again is told of once in FOLLOW_AGAIN_DAYS. Nobody hears of somebody they mute, of
    somebody whom their shield keeps out, or at a level at which likes do not come either. Locks the InboxState.
    """
    recipient = hearers_of(actor_id).only("notice_level", "reach").filter(pk=recipient_id).first()
    if recipient is None or not rules.reaches_inbox(Kind.FOLLOW, recipient.level("")):
        return False
    if not lets_reach(recipient, actor_id):
        return False
    lock_inbox(recipient_id)
    now = timezone.now()
    since = now - timedelta(days=FOLLOW_AGAIN_DAYS)
    told = NotificationActor.objects.filter(
        notification__recipient_id=recipient_id, notification__kind=Kind.FOLLOW, actor_id=actor_id
    )
    if told.filter(created_at__gt=since).exists():
        return False
    line, first = Notification.objects.get_or_create(
        recipient_id=recipient_id,
        key=f"follow:{timezone.localdate()}",
        defaults={"kind": Kind.FOLLOW, "actor_id": actor_id, "updated_at": now},
    )
    NotificationActor.objects.create(notification=line, actor_id=actor_id)
    if first:
        _count(recipient_id, 1)
    else:
        _renew(line, actor_id=actor_id, now=now)
    return True


def lock_inbox(user_id: int) -> InboxState:
    """The person's InboxState, made if there is none, locked until the transaction ends."""
    badge.forget_after_commit(user_id)
    state: InboxState | None = _locked.first(user=user_id)
    if state is None:
        InboxState.objects.bulk_create([InboxState(user_id=user_id)], ignore_conflicts=True)
        state = _locked.first(user=user_id)
    assert state is not None
    return state


_locked = Prepared(lambda any_: InboxState.objects.select_for_update().filter(pk=any_.user), "user")


def _recipient(recipient_id: int, *, kind: Kind, post: Post, actor_id: int | None) -> tuple[User | None, NoticeLevel]:
    """The recipient and how much of the post's circle reaches them.

    None for whoever did it or is switched off, where a block stands between the two, where the recipient mutes the
    other, and where their shield keeps the other out.
    """
    if recipient_id == actor_id:
        return None, NoticeLevel.MUTED
    people = _active if actor_id is None else _hearers
    recipient = people.first(person=recipient_id, circle=post.circle_id, actor=actor_id)
    if recipient is None:
        return None, NoticeLevel.MUTED
    if actor_id is not None and kind in ADDRESSED and not lets_reach(recipient, actor_id):
        return None, NoticeLevel.MUTED
    return recipient, recipient.level(recipient.chosen or "")


def _with_level(people: "QuerySet[User]", any_: Any) -> "QuerySet[User]":
    """The person among them, and as `chosen` the level they chose for the circle."""
    chosen = Membership.objects.filter(circle=any_.circle, user=OuterRef("pk")).values("level")
    people = people.only("notice_level", "email", "reach").filter(pk=any_.person)
    return people.annotate(chosen=Subquery(chosen))


_active = Prepared(lambda any_: _with_level(User.objects.active(), any_), "person", "circle")
_hearers = Prepared(lambda any_: _with_level(hearers_of(any_.actor), any_), "person", "circle", "actor")


def _renew(line: Notification, *, actor_id: int | None, now: datetime) -> None:
    if line.read_at is not None:
        _count(line.recipient_id, 1)
    line.actor_id = actor_id
    line.actor_count += 1
    line.read_at = None
    line.updated_at = max(now, line.updated_at)
    line.save(update_fields=["actor", "actor_count", "read_at", "updated_at"])


def _count(user_id: int, change: int) -> None:
    move(InboxState, user_id, unread=change)

"""Putting something into a person's inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import NoticeLevel, User
from accounts.queries import hearers_of, unheard_by
from circles.actions.reach import lets_reach
from circles.models import Comment, Membership, Post
from core.counters import move
from core.prepared import Prepared, among
from core.statements import Insert
from notifications import badge, rules
from notifications.actions.outgoing import send_notice, send_out_to_many
from notifications.models import ADDRESSED, InboxState, Kind, Notification, NotificationActor

FOLLOW_AGAIN_DAYS = 30


@dataclass(frozen=True)
class Line:
    """What somebody is to be told of something in a circle, once per `key`."""

    kind: Kind
    key: str
    post: Post
    comment: Comment | None = None
    actor_id: int | None = None
    detail: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def deliver(*, recipient_id: int, **line: Any) -> bool:
    """Write one unread notification, a `Line` of these values, unless there is one with its key; returns whether it
    was written. See `deliver_all`."""
    return bool(deliver_all(recipient_id, [Line(**line)]))


@transaction.atomic(savepoint=False)
def deliver_all(recipient_id: int, lines: Sequence[Line]) -> int:
    """Write these as unread notifications, but for those that are there by now; returns how many were written.

    Nobody is told of their own deeds; `rules.reaches_inbox` says what comes through at the level the recipient chose
    for the circle; an account that is switched off gets nothing. Locks the recipient's InboxState: whoever delivers to
    several people in one transaction does so in the order of their ids.
    """
    reaching = _reaching(recipient_id, lines)
    if not reaching:
        return 0
    lock_inbox(recipient_id)
    # Nobody else writes one while the inbox is locked.
    told = {key for (key,) in _told(recipient=recipient_id, keys=[line.key for line, _recipient, _level in reaching])}
    written = [
        (
            Notification(
                recipient_id=recipient_id,
                key=line.key,
                kind=line.kind,
                post=line.post,
                comment=line.comment,
                actor_id=line.actor_id,
                detail=line.detail[:300],
                data=dict(line.data),
            ),
            recipient,
            level,
        )
        for line, recipient, level in reaching
        if line.key not in told
    ]
    if written:
        _insert([row for row, _recipient, _level in written])
        _count(recipient_id, len(written))
    leaving = [(row, recipient) for row, recipient, level in written if rules.leaves_the_house(Kind(row.kind), level)]
    if leaving:
        send_out_to_many([row for row, _recipient in leaving], {recipient_id: leaving[0][1]})
    return len(written)


_insert = Insert("notifications.Notification")
_told = Prepared(
    lambda any_: Notification.objects.filter(recipient=any_.recipient, key__in=among(any_.keys, "text")).values_list(
        "key"
    ),
    "recipient",
    "keys",
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
    if not _reaching(recipient_id, [Line(kind, "", post, actor_id=actor_id)]):
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
    if not lets_reach(recipient.pk, recipient.reach, actor_id):
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


def _reaching(recipient_id: int, lines: Sequence[Line]) -> list[tuple[Line, User, NoticeLevel]]:
    """Those lines that come through, with the recipient and how much of the circle reaches them.

    None of whoever did it or is switched off, where a block stands between the two, where the recipient mutes the
    other, and where their shield keeps the other out.
    """
    found = []
    of_circle: dict[int, list[Line]] = {}
    for line in lines:
        of_circle.setdefault(line.post.circle_id, []).append(line)
    for circle_id, there in of_circle.items():
        actors = [line.actor_id for line in there if line.actor_id is not None]
        recipient: User | None = _recipients.first(person=recipient_id, circle=circle_id, actors=actors)
        if recipient is None:
            return []
        unheard = {recipient_id, *recipient.unheard}  # type: ignore[attr-defined]  # of the query, as `chosen` is
        level = recipient.level(recipient.chosen or "")  # type: ignore[attr-defined]
        found += [
            (line, recipient, level)
            for line in there
            if line.actor_id not in unheard
            and rules.reaches_inbox(line.kind, level)
            and _lets_reach(recipient, line.kind, line.actor_id)
        ]
    return found


def _recipient(any_: Any) -> "QuerySet[User]":
    """The person, as `chosen` the level they chose for the circle, and `unheard` those of whom they hear nothing."""
    chosen = Membership.objects.filter(circle=any_.circle, user=OuterRef("pk")).values("level")
    unheard = unheard_by(any_.person, any_.actors).values("pk")
    people = User.objects.active().only("notice_level", "email", "reach").filter(pk=any_.person)
    return people.annotate(chosen=Subquery(chosen), unheard=ArraySubquery(unheard))


_recipients = Prepared(_recipient, "person", "circle", "actors")


def _lets_reach(recipient: User, kind: Kind, actor_id: int | None) -> bool:
    """Does their shield let that person reach them with this?"""
    return actor_id is None or kind not in ADDRESSED or lets_reach(recipient.pk, recipient.reach, actor_id)


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

"""What the demo log-ins find when they come: timelines, notifications, broadcasts; and the moderators' log."""

from collections import defaultdict
from datetime import timedelta
from random import Random

from django.db import connection

from accounts.models import User
from circles.models import PostKind, Publication
from demo.seeding.clock import Clock
from demo.seeding.people import People
from demo.seeding.posts import Written
from demo.seeding.talk import Talk
from feeds.actions import partitions
from feeds.models import EPOCH
from merchants.models import Announcement
from moderation.models import LogEntry, Verb
from notifications.models import Broadcast, InboxState, Kind, Notification, NotificationActor

UNREAD = {"demo_member": 5, "demo_owner": 8, "demo_merchant": 3, "demo_moderator": 1, "demo_admin": 0}
KEPT = 40
"""Notifications a log-in finds at most."""

# What the workers would have written, as far back as timelines reach: posts for members, announcements also for fans.
_TIMELINES = """
    INSERT INTO feeds_feedentry (member_id, at, post_id)
    SELECT member.user_id, floor(extract(epoch FROM post.published_at - %(epoch)s)), post.id
      FROM circles_post post
      JOIN circles_membership member ON member.circle_id = post.circle_id AND member.state = 'active'
     WHERE post.state = 'published' AND post.published_at >= %(oldest)s
     UNION
    SELECT fan.user_id, floor(extract(epoch FROM post.published_at - %(epoch)s)), post.id
      FROM merchants_fan fan
      JOIN merchants_announcement announcement ON announcement.merchant_id = fan.merchant_id
      JOIN circles_post post ON post.id = announcement.post_id AND post.published_at >= %(oldest)s
     ORDER BY 3, 1
        ON CONFLICT DO NOTHING"""


def write_timelines() -> None:
    partitions.make_ahead()
    with connection.cursor() as cursor:
        cursor.execute(_TIMELINES, {"epoch": EPOCH, "oldest": partitions.oldest_read()})


def write_broadcasts(*, clock: Clock, people: People) -> None:
    """One row an announcement; the log-ins have seen all but the newest of what they follow."""
    Broadcast.objects.bulk_create(
        Broadcast(announcement=row, merchant_id=row.merchant_id, published_at=row.published_at)
        for row in Announcement.objects.order_by("published_at")
    )
    for user in people.logins.values():
        newest = list(Broadcast.objects.visible_to(user).order_by("-published_at")[:2])
        if newest:
            seen = newest[-1].published_at if len(newest) > 1 else newest[0].published_at - timedelta(days=1)
            InboxState.objects.update_or_create(user=user, defaults={"broadcasts_seen_at": seen})


def write_notifications(*, rng: Random, clock: Clock, people: People, talk: Talk) -> None:
    """Comments, replies and likes as the log-ins were told of them; the newest few are unread."""
    for login, user in people.logins.items():
        lines = [*_of_comments(user, talk), *_of_likes(user, talk)]
        lines.sort(key=lambda line: line[0].updated_at)
        lines = lines[-KEPT:]
        for i, (line, _actors) in enumerate(lines):
            if i < len(lines) - UNREAD[login]:
                line.read_at = clock.after(line.updated_at, 3)
        Notification.objects.bulk_create(line for line, _actors in lines)
        NotificationActor.objects.bulk_create(
            NotificationActor(notification=line, actor_id=like.user_id, created_at=like.created_at)
            for line, actors in lines
            for like in actors
        )
        unread = sum(1 for line, _actors in lines if line.read_at is None)
        InboxState.objects.update_or_create(user=user, defaults={"unread": unread})


def _of_comments(user: User, talk: Talk):  # type: ignore[no-untyped-def]
    for comment in talk.comments:
        if comment.author_id == user.pk:
            continue
        if comment.parent is not None and comment.reply_to_id == user.pk:
            kind = Kind.REPLY
        elif comment.post.author_id == user.pk:
            kind = Kind.COMMENT
        else:
            continue
        line = Notification(
            recipient=user,
            kind=kind,
            key=f"comment:{comment.pk}",
            post=comment.post,
            comment=comment,
            actor_id=comment.author_id,
            updated_at=comment.published_at,
        )
        yield line, []


def _of_likes(user: User, talk: Talk):  # type: ignore[no-untyped-def]
    by_post = defaultdict(list)
    for like in talk.likes:
        if like.post.author_id == user.pk:
            by_post[like.post].append(like)
    for post, likes in by_post.items():
        newest = max(likes, key=lambda like: like.created_at)
        line = Notification(
            recipient=user,
            kind=Kind.LIKE,
            key=f"like:{post.pk}",
            post=post,
            actor_id=newest.user_id,
            actor_count=len(likes),
            updated_at=newest.created_at,
        )
        yield line, likes


def write_log(*, clock: Clock, people: People, written: list[Written]) -> None:
    """Why the hidden posts are hidden."""
    LogEntry.objects.bulk_create(
        LogEntry(
            actor=people.logins["demo_moderator"],
            verb=Verb.POST_HIDE,
            reason="广告，与圈子无关。",
            subject=item.post.author,
            circle=item.place.circle,
            target=f"circles.post:{item.post.pk}",
            created_at=clock.after(item.post.published_at, 2),
        )
        for item in written
        if item.post.state == Publication.HIDDEN and item.post.kind == PostKind.POST
    )

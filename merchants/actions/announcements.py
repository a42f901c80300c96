"""A merchant speaks to all its fans."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from circles.actions import posts
from circles.models import PostKind
from core import events
from core.media.models import Picture
from merchants import queries, rules
from merchants.events import AnnouncementPublished
from merchants.models import Announcement, Merchant


def publish(
    *, author: User, merchant: Merchant, key: UUID, body: str, pictures: Sequence[Picture] = ()
) -> Announcement:
    """Announce in the merchant's circle; sending the same `key` again returns what was announced the first time.

    The author's draft of that id gives its photos and is removed. Notes how many fans there were, and records
    AnnouncementPublished beside the PostPublished of the post. Raises `Refused` (codes of `rules.can_announce`)
    and what `circles.actions.posts.publish` raises.
    """
    sent = Announcement.objects.filter(merchant=merchant, post__author=author, post__key=key).first()
    if sent is not None:
        return sent
    with transaction.atomic():
        merchant = Merchant.objects.select_related("circle").get(pk=merchant.pk)
        rules.can_announce(author, merchant, is_staff=queries.is_staff(author, merchant)).require()
        assert merchant.circle is not None
        post = posts.publish(
            author=author,
            circle=merchant.circle,
            key=key,
            body=body,
            pictures=pictures,
            kind=PostKind.ANNOUNCEMENT,
        )
        announcement, created = Announcement.objects.get_or_create(
            post=post,
            defaults={"merchant": merchant, "fan_count": merchant.fan_count, "published_at": post.published_at},
        )
        if created:
            events.record(AnnouncementPublished(announcement_id=announcement.pk))
    return announcement

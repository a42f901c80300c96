"""Digests: planned once an hour, sent by ranges of people, one a person and period."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from core.jobs.queue import enqueue_many
from notifications import digests
from notifications.actions.sending import Postman
from notifications.models import Channel, Delivery, Preferences
from notifications.ranges import ranges


def plan(*, slot: datetime, parent_id: int) -> None:
    """Cut those who want a digest in the hour from `slot` on into ranges, one job each."""
    found = ranges(_readers(slot), "user_id", size=settings.DIGEST_RANGE_SIZE)
    enqueue_many(
        "notifications.send_digests",
        [{"slot": slot.isoformat(), "after": after, "until": until} for after, until in found],
        unique_keys=[f"digests:{slot.isoformat()}:{after}" for after, _until in found],
        parent_id=parent_id,
    )


def send_to_range(*, slot: datetime, after: int, until: int) -> int:
    """Send each person of a range their digest of the period, unless it is empty or there is a row for it already sent.

    Returns how many could not be sent and should be tried again. Runs outside a transaction.
    """
    chosen = _readers(slot).filter(user_id__gt=after, user_id__lte=until).select_related("user").order_by("user_id")
    with Postman() as postman:
        for preferences in chosen:
            person = preferences.user
            key = digests.key_of(preferences.digest, slot)
            if not person.email or not digests.collect(person, rhythm=preferences.digest, until=slot):
                continue
            # Dated by its slot: put together again later, it is about the same time.
            row, _made = Delivery.objects.get_or_create(
                recipient=person, channel=Channel.MAIL, key=key, defaults={"created_at": slot}
            )
            if row.is_waiting:
                row.recipient = person
                postman.send(row, preferences)
    return postman.failed


def slots_until(now: datetime) -> list[datetime]:
    """The present hour and those before it that beat may have missed, as moments."""
    hour = timezone.localtime(now, timezone.get_default_timezone()).replace(minute=0, second=0, microsecond=0)
    return [hour - timedelta(hours=ago) for ago in range(settings.DIGEST_CATCH_UP_HOURS, -1, -1)]


def _readers(slot: datetime):  # type: ignore[no-untyped-def]
    hour = timezone.localtime(slot, timezone.get_default_timezone()).hour
    return Preferences.objects.filter(digest__in=digests.rhythms_of(slot), digest_hour=hour, user__is_active=True)

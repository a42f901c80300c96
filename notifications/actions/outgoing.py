"""What shall leave the house: one Delivery row per person, event and channel, and the jobs that send them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import NoticeLevel, User
from core.jobs import enqueue
from core.jobs.queue import enqueue_many
from core.prepared import Prepared, is_any_of
from merchants.models import Announcement, Fan
from notifications import webpush
from notifications.models import Channel, Delivery, DeliveryState, Notification, Preferences, PushSubscription
from notifications.notices import NOTICES
from notifications.ranges import ranges

BATCH = 100
"""Deliveries one job releases or sends: seconds of work even where each takes its time."""
RELEASED_AT_ONCE = 2000


def send_notice(notification: Notification, *, recipient: User) -> None:
    """Have a new notice about oneself sent by the channels its owner has on, if it is of a kind that leaves the house.
    Call it in the transaction that writes it."""
    if NOTICES[notification.kind].leaves:
        _send_by_all(notification, recipient)


def _send_by_all(notification: Notification, recipient: User) -> None:
    rows = [
        Delivery(recipient=recipient, channel=channel, key=notification.key, notification=notification)
        for channel in channels_of(recipient)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        enqueue("notifications.send_notification", recipient_id=recipient.pk, key=row.key, channel=row.channel)


def send_out_to_many(notifications: Sequence[Notification], recipients: Mapping[int, User]) -> None:
    """The same for new lines of inboxes, whose levels say that they leave the house."""
    ids = list(recipients)
    with_devices = {pk for (pk,) in _owners(people=ids)} if webpush.is_on() else set()
    if not with_devices and not any(person.email for person in recipients.values()):
        return
    preferences = {chosen.pk: chosen for chosen in _chosen.instances(people=ids)}
    rows = []
    for line in notifications:
        chosen = preferences.get(line.recipient_id) or Preferences(pk=line.recipient_id)
        if chosen.mail and recipients[line.recipient_id].email:
            rows.append(Delivery(recipient_id=line.recipient_id, channel=Channel.MAIL, key=line.key, notification=line))
        if chosen.push and line.recipient_id in with_devices:
            rows.append(Delivery(recipient_id=line.recipient_id, channel=Channel.PUSH, key=line.key, notification=line))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    arguments = [{"recipient_id": row.recipient_id, "key": row.key, "channel": str(row.channel)} for row in rows]
    enqueue_many("notifications.send_notification", arguments)


_owners = Prepared(
    lambda any_: PushSubscription.objects.filter(is_any_of("user", any_.people)).values_list("user").distinct(),
    "people",
)
_chosen = Prepared(lambda any_: Preferences.objects.filter(is_any_of("pk", any_.people)), "people")


def channels_of(person: User) -> list[Channel]:
    """Those a person has on and can be reached by."""
    preferences = Preferences.of(person)
    channels = [Channel.MAIL] if preferences.mail and person.email else []
    if preferences.push and webpush.is_on() and _devices(user=person.pk):
        channels.append(Channel.PUSH)
    return channels


_devices = Prepared(lambda any_: PushSubscription.objects.filter(user=any_.user).values_list("pk")[:1], "user")


def plan_announcement(*, announcement: Announcement, parent_id: int) -> None:
    """Cut the fans who want everything into ranges; each has a job for mail and one for push.

    They take turns, as they are written here and whenever a turn is over: neither channel waits for the other.
    """
    parts = [
        (after, until, channel.value)
        for after, until in ranges(_hearing_all(announcement), "user_id", size=settings.ANNOUNCEMENT_RANGE_SIZE)
        for channel in Channel
    ]
    enqueue_many(
        "notifications.send_announcement",
        [
            {"announcement_id": announcement.pk, "channel": channel, "after": after, "until": until}
            for after, until, channel in parts
        ],
        unique_keys=[f"announcement:{announcement.pk}:{channel}:{after}" for after, _until, channel in parts],
        parent_id=parent_id,
    )


_FANS = """
    INSERT INTO notifications_delivery (recipient_id, channel, key, state, announcement_id, created_at)
    SELECT fan.user_id, %(channel)s, %(key)s, 'waiting', %(announcement)s, now()
      FROM merchants_fan fan
      JOIN accounts_user person ON person.id = fan.user_id AND person.is_active
      LEFT JOIN notifications_preferences chosen ON chosen.user_id = fan.user_id
     WHERE fan.merchant_id = %(merchant)s AND fan.level = 'all' AND fan.followed_at <= %(published_at)s
       AND fan.user_id > %(after)s AND fan.user_id <= %(until)s
"""
_REACHED = {
    Channel.MAIL: " AND person.email <> '' AND coalesce(chosen.mail, true)",
    Channel.PUSH: """ AND coalesce(chosen.push, true)
       AND EXISTS (SELECT FROM notifications_pushsubscription device WHERE device.user_id = fan.user_id)""",
}


def announce_to_range(*, announcement: Announcement, channel: Channel, after: int, until: int) -> None:
    """One row for each fan of a range who wants everything and can be reached; those that exist stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FANS + _REACHED[channel] + " ON CONFLICT DO NOTHING",
            {
                "channel": channel.value,
                "key": announcement_key(announcement),
                "announcement": announcement.pk,
                "merchant": announcement.merchant_id,
                "published_at": announcement.published_at,
                "after": after,
                "until": until,
            },
        )


def announcement_key(announcement: Announcement) -> str:
    return f"announcement:{announcement.pk}"


@transaction.atomic
def release_due(*, now: datetime) -> bool:
    """Hand what was postponed until now to jobs; returns whether there may be more."""
    due = Delivery.objects.filter(state=DeliveryState.POSTPONED, due_at__lte=now).order_by("due_at")
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:RELEASED_AT_ONCE])
    Delivery.objects.filter(pk__in=ids).update(state=DeliveryState.WAITING, due_at=None)
    enqueue_many("notifications.send_deliveries", [{"ids": batch} for batch in _batches(ids)])
    return len(ids) == RELEASED_AT_ONCE


def purge(*, now: datetime) -> None:
    """Forget what was sent long ago, in bites. What still waits is younger: it is skipped after DELIVERY_MAX_HOURS."""
    before = now - timedelta(days=settings.DELIVERY_KEEP_DAYS)
    while True:
        bite = Delivery.objects.filter(created_at__lt=before).values("pk")[:5000]
        deleted, _ = Delivery.objects.filter(pk__in=bite).delete()
        if not deleted:
            return


def _hearing_all(announcement: Announcement):  # type: ignore[no-untyped-def]
    return Fan.objects.filter(merchant=announcement.merchant_id, level=NoticeLevel.ALL)


def _batches(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]

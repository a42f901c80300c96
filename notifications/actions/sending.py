"""Sending deliveries. Nothing here runs in a transaction: each row is marked as soon as its message is out.

A worker that is killed leaves at most one message that was sent and not marked; only that one is sent again, under the
same Message-ID or push topic.
"""

import smtplib
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import get_connection
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import NoticeLevel
from circles.models import Post
from core.outbound import Outbound, OutboundError
from merchants.models import Fan, Merchant
from notifications import digests, letters, queries, rules, webpush
from notifications.models import (
    Broadcast,
    Channel,
    Delivery,
    DeliveryState,
    DigestRhythm,
    Preferences,
    PushSubscription,
)
from notifications.queries import InboxItem

log = structlog.get_logger(__name__)

DIGEST_KEY = "digest:"
GONE = (404, 410)
"""What a push service says of a browser that unsubscribed."""
NO_ANSWER = 0
MAIL_REST_SECONDS = 20
"""A mail server that did not answer is left alone for so long: pushes wait behind those who wait for it."""
_silent_until: dict[tuple[str, int], float] = {}


class Skip(Exception):
    """It need not be sent any more."""


class NotSent(Exception):
    """Some could not be sent now and may be later."""


class Refused(Exception):
    """The other side will not take it, now or ever."""


class Postman:
    """Sends deliveries, one connection for many. A context manager; what could not be sent is counted in `failed`."""

    def __init__(self) -> None:
        self.connection: Any = None
        self.http = Outbound()
        self.announced = _Announced([])
        self.unreachable: set[str] = set()
        """Push services that gave no answer: the next message of this round would wait as long for nothing."""
        self.failed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._hang_up()
        self.http.__exit__(kind, error, at)

    def send_all(self, deliveries: Iterable[Delivery], *, seconds: float | None = None) -> Delivery | None:
        """Send one after the other. With `seconds`, stop after so long: the last one it got to if more are left."""
        rows = list(deliveries)
        self.announced = _Announced([row for row in rows if row.announcement_id is not None])
        preferences = Preferences.objects.in_bulk([row.recipient_id for row in rows])
        ends = time.monotonic() + seconds if seconds is not None else None
        for row in rows:
            self.send(row, preferences.get(row.recipient_id) or Preferences(pk=row.recipient_id))
            if ends is not None and time.monotonic() > ends and row is not rows[-1]:
                return row
        return None

    def send(self, delivery: Delivery, preferences: Preferences) -> None:
        """Send one, put it off, or leave it be. A trouble that may pass is noted, counted, and lets others go on.

        Raises OSError and the like when the mail server cannot be reached at all.
        """
        now = timezone.now()
        try:
            self._require_wanted(delivery, preferences, now)
            wait = rules.wait_until(
                delivery.channel,
                person=delivery.recipient,
                preferences=preferences,
                now=now,
                is_digest=delivery.key.startswith(DIGEST_KEY),
            )
            if wait is not None:
                _mark(delivery, state=DeliveryState.POSTPONED, due_at=wait)
                return
            self._carry(delivery, preferences)
        except Skip as reason:
            _mark(delivery, state=DeliveryState.SKIPPED, error=str(reason))
        except Refused as reason:
            log.warning("delivery_refused", delivery_id=delivery.pk, channel=delivery.channel)
            _mark(delivery, state=DeliveryState.FAILED, attempts=F("attempts") + 1, error=str(reason)[:300])
        except Exception as error:
            _mark(delivery, attempts=F("attempts") + 1, error=repr(error)[:300])
            self._hang_up()
            if _is_outage(error):
                raise
            self.failed += 1
        else:
            _mark(delivery, state=DeliveryState.SENT, attempts=F("attempts") + 1, sent_at=timezone.now(), error="")

    def _require_wanted(self, delivery: Delivery, preferences: Preferences, now: datetime) -> None:
        person = delivery.recipient
        if not person.is_active:
            raise Skip("account switched off")
        if delivery.created_at < now - timedelta(hours=settings.DELIVERY_MAX_HOURS):
            raise Skip("too late")
        if delivery.key.startswith(DIGEST_KEY):
            if preferences.digest == DigestRhythm.OFF or not person.email:
                raise Skip("channel off")
            return
        is_on = preferences.mail and person.email if delivery.channel == Channel.MAIL else preferences.push
        if not is_on:
            raise Skip("channel off")

    def _carry(self, delivery: Delivery, preferences: Preferences) -> None:
        if delivery.key.startswith(DIGEST_KEY):
            digest = digests.collect(delivery.recipient, rhythm=preferences.digest, until=delivery.created_at)
            if not digest:
                raise Skip("empty")
            self._mail(delivery, digests.letter(digest, delivery, preferences))
            return
        item = self.announced.item(delivery) if delivery.announcement_id is not None else _item(delivery)
        if delivery.channel == Channel.PUSH:
            self._push(delivery, letters.push(item, delivery, preferences), is_urgent=item.merchant is None)
            return
        if item.merchant is None:
            self._mail(delivery, letters.of_item(item, delivery, preferences))
        else:
            self._mail(delivery, self.announced.letter(item, delivery, preferences))

    def _mail(self, delivery: Delivery, letter: letters.Letter) -> None:
        if self.connection is None:
            self.connection = _dial()
        try:
            letters.mail(letter, delivery, self.connection).send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            self._hang_up()
            if codes and min(codes) >= 500:
                raise Refused(f"address refused: {codes[0]}") from error
            raise
        except smtplib.SMTPSenderRefused:
            raise
        except smtplib.SMTPResponseException as error:
            self._hang_up()
            if 550 <= error.smtp_code <= 554:
                raise Refused(f"mail refused: {error.smtp_code}") from error
            raise

    def _push(self, delivery: Delivery, words: dict[str, str], *, is_urgent: bool) -> None:
        """To all browsers of the recipient; those that are no more are forgotten. One that takes it is enough."""
        subscriptions = list(PushSubscription.objects.filter(user=delivery.recipient_id).order_by("pk"))
        answers = [self._push_to(one, delivery, words, "normal" if is_urgent else "low") for one in subscriptions]
        if any(200 <= answer < 300 for answer in answers):
            return
        if any(answer == NO_ANSWER or answer == 429 or answer >= 500 for answer in answers):
            raise NotSent(f"push: {answers}")
        if all(answer in GONE for answer in answers):
            raise Skip("no device")
        raise Refused(f"push refused: {answers}")

    def _push_to(self, subscription: PushSubscription, delivery: Delivery, words: dict[str, str], urgency: str) -> int:
        service = urlsplit(subscription.endpoint).netloc
        if service in self.unreachable:
            return NO_ANSWER
        if not webpush.is_known_service(subscription.endpoint):
            subscription.delete()  # it was one when it subscribed
            return 410
        try:
            answer = webpush.send(self.http, subscription, words, topic=delivery.key, urgency=urgency)
        except OutboundError as error:
            log.warning("push_not_sent", delivery_id=delivery.pk, service=service, error=str(error))
            self.unreachable.add(service)
            return NO_ANSWER
        if answer.status in GONE:
            subscription.delete()
        return answer.status

    def _hang_up(self) -> None:
        if self.connection is not None:
            try:
                self.connection.close()
            except OSError:
                log.info("mail_connection_lost")
            self.connection = None


def _dial() -> Any:
    """A connection to the mail server. One that did not answer just now is not waited for again. Raises OSError."""
    server = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    if time.monotonic() < _silent_until.get(server, 0.0):
        raise ConnectionRefusedError("the mail server did not answer just now")
    connection = get_connection()
    try:
        connection.open()
    except OSError:
        _silent_until[server] = time.monotonic() + MAIL_REST_SECONDS
        raise
    return connection


class _Announced:
    """What the announcements of a round need, read and rendered once for all who get them."""

    def __init__(self, rows: list[Delivery]) -> None:
        self.items = {pk: _announcement(pk) for pk in {row.announcement_id for row in rows}}
        people = {row.recipient_id for row in rows}
        merchants = {item.merchant.pk for item in self.items.values() if item and item.merchant}
        fans = Fan.objects.filter(user__in=people, merchant__in=merchants, level=NoticeLevel.ALL)
        self.wanted = set(fans.values_list("user_id", "merchant_id"))
        self.letters: dict[tuple[int, str], letters.Letter] = {}

    def item(self, delivery: Delivery) -> InboxItem:
        """The announcement, if it can still be seen and its recipient still wants everything. Raises Skip."""
        item = self.items.get(delivery.announcement_id)
        if item is None or item.merchant is None:
            raise Skip("gone")
        if (delivery.recipient_id, item.merchant.pk) not in self.wanted:
            raise Skip("no longer wanted")
        if item.post is not None and item.post.author_id == delivery.recipient_id:
            raise Skip("own")
        return item

    def letter(self, item: InboxItem, delivery: Delivery, preferences: Preferences) -> letters.Letter:
        key = (delivery.announcement_id or 0, preferences.language_code)
        if key not in self.letters:
            self.letters[key] = letters.for_many(letters.of_item(item, delivery, preferences))
        return letters.addressed(self.letters[key], item, delivery)


def _announcement(announcement_id: int | None) -> InboxItem | None:
    """An announcement that anybody may see: what a stranger may not see is not sent to thousands unasked."""
    seen = Broadcast.objects.filter(
        announcement__post__in=Post.objects.visible_to(AnonymousUser()),
        merchant__in=Merchant.objects.visible_to(AnonymousUser()),
    )
    return queries.find_broadcast(seen, announcement_id)


def waiting(**where: Any) -> "QuerySet[Delivery]":
    """Deliveries to be sent, with what sending them reads."""
    rows = Delivery.objects.filter(state=DeliveryState.WAITING, **where)
    return rows.select_related("recipient", "announcement").order_by("recipient_id", "pk")


def _item(delivery: Delivery) -> InboxItem:
    """What it is about, if its recipient may still see it and has not read it. Raises Skip."""
    item = queries.find(delivery.recipient, delivery.notification_id) if delivery.notification_id else None
    if item is None:
        raise Skip("gone")
    if not item.unread:
        raise Skip("read")
    return item


def _is_outage(error: Exception) -> bool:
    """The server itself is away: the next message would fare no better."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    return isinstance(error, OSError)  # SMTPException is one


def _mark(delivery: Delivery, **values: Any) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING).update(**values)

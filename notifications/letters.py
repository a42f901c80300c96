"""What leaves the house, in words: mails with their text and HTML, and the few words of a push."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from notifications import tokens, wording
from notifications.models import Delivery, Preferences
from notifications.queries import InboxItem

QUOTE_MAX = 500
PUSH_QUOTE_MAX = 140


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    unsubscribe_url: str


def absolute(path: str) -> str:
    return urljoin(settings.SITE_URL, path)


_SOMEBODY = "https://unsubscribe.invalid/"
"""Stands in a letter to many where each one's own link comes."""


def of_item(item: InboxItem, delivery: Delivery, preferences: Preferences) -> Letter:
    """A line of the inbox, or an announcement, as a mail."""
    scope = f"{tokens.MERCHANT}:{item.merchant.pk}" if item.merchant else tokens.MAIL
    with speaking(preferences):
        context = {
            "sentence": wording.sentence(item),
            "sentence_text": plain(item),
            "quote": item.words[:QUOTE_MAX],
            "circle": item.circle,
            "url": absolute(item.target_url),
            "why": _why(item),
        }
        return compose("item", plain(item), context, delivery, scope)


def for_many(letter: Letter) -> Letter:
    """The letter without its recipient, to be kept and given to others who read the same language (`addressed`)."""
    return _with_link(letter, _SOMEBODY)


def addressed(letter: Letter, item: InboxItem, delivery: Delivery) -> Letter:
    """A letter `for_many`, with the recipient's own link to unsubscribe from this merchant."""
    scope = f"{tokens.MERCHANT}:{item.merchant.pk}" if item.merchant else tokens.MAIL
    return _with_link(letter, absolute(tokens.unsubscribe_path(delivery.recipient_id, scope)))


def _with_link(letter: Letter, url: str) -> Letter:
    old = letter.unsubscribe_url
    return replace(letter, text=letter.text.replace(old, url), html=letter.html.replace(old, url), unsubscribe_url=url)


def compose(name: str, subject: str, context: dict[str, Any], delivery: Delivery, scope: str) -> Letter:
    """Render templates/notifications/mail/<name>; the caller is `speaking` the reader's language."""
    unsubscribe_url = absolute(tokens.unsubscribe_path(delivery.recipient_id, scope))
    context |= {
        "subject": subject,
        "site_name": settings.SITE_NAME,
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": absolute("/me/notifications/"),
        "language": translation.get_language(),
    }
    return Letter(
        subject=" ".join(subject.split()),
        text=render_to_string(f"notifications/mail/{name}.txt", context).strip() + "\n",
        html=render_to_string(f"notifications/mail/{name}.html", context),
        unsubscribe_url=unsubscribe_url,
    )


def mail(letter: Letter, delivery: Delivery, connection: Any) -> EmailMultiAlternatives:
    """The message: one-click unsubscribing (RFC 8058), and the same Message-ID if it is sent again."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[delivery.recipient.email],
        connection=connection,
        headers={
            "Message-ID": message_id(delivery),
            "List-Unsubscribe": f"<{letter.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def message_id(delivery: Delivery) -> str:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{delivery.key.replace(':', '.')}.{delivery.recipient_id}@{host}>"


def push(item: InboxItem, delivery: Delivery, preferences: Preferences) -> dict[str, str]:
    """What the service worker shows (static/js/sw.js); `tag` lets a second copy replace the first."""
    with speaking(preferences):
        return {
            "title": plain(item),
            "body": item.words[:PUSH_QUOTE_MAX],
            "url": item.target_url,
            "tag": delivery.key,
        }


def plain(item: InboxItem) -> str:
    return unescape(strip_tags(wording.sentence(item)))


@contextmanager
def speaking(preferences: Preferences) -> Iterator[None]:
    """In the language of the reader, and the community's time."""
    with translation.override(preferences.language_code), timezone.override(timezone.get_default_timezone()):
        yield


def _why(item: InboxItem) -> str:
    if item.merchant:
        return _("You get this because you want everything from %(name)s.") % {"name": item.merchant.name}
    if item.post is None:
        return _("You get this because it is about your account.")
    return _("You get this because it concerns you, and you were not here.")

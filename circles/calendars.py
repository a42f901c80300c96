"""An event as a file for calendars (RFC 5545)."""

from datetime import UTC, datetime

from icalendar import Calendar
from icalendar import Event as Entry

from circles.models import Event, Post
from circles.models.event import USUAL_LENGTH
from core.text.render import excerpt

DESCRIPTION_MAX = 1000


def ics(post: Post, event: Event, address: str) -> bytes:
    """One event; `address` is where the post stands. The same event always has the same UID, so that a changed one
    takes the place of the old one."""
    entry = Entry()
    entry.add("uid", f"event-{post.pk}@{address.split('/')[2]}")
    entry.add("sequence", post.version)
    entry.add("dtstamp", datetime.now(UTC))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", (event.ends_at or event.starts_at + USUAL_LENGTH).astimezone(UTC))
    entry.add("summary", post.title)
    entry.add("location", event.place)
    entry.add("description", "\n\n".join(filter(None, [excerpt(post.body_html, DESCRIPTION_MAX), address])))
    entry.add("url", address)
    entry.add("status", "CANCELLED" if event.is_called_off else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Quanzi//Events//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())

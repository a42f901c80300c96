"""What a form holds or a draft keeps, as text, and the composition it stands for.

The names are those of the form's fields. Everything is kept as it was typed, also what is not valid yet.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, DecimalException, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from circles.kinds import COMPOSED, OPTIONS_MAX, Composition, EventSpec, PollSpec
from circles.models import Draft, Event, Poll, PostKind, ResultsShown
from core.errors import Invalid
from core.text.clean import clean_line

Fields = dict[str, Any]
TEXTS = ("closes_at", "results", "starts_at", "ends_at", "zone", "place", "fee", "capacity", "publish_at")
SWITCHES = ("is_ai_made", "allows_many", "keeps_votes")
FIELD_MAX = 500
OPTIONS_READ = 2 * OPTIONS_MAX


def fields_of(texts: Mapping[str, str], options: Sequence[str]) -> Fields:
    """What of a form a draft keeps besides kind, title and words; bounded, whatever was sent."""
    fields: Fields = {name: text[:FIELD_MAX] for name in TEXTS if (text := clean_line(texts.get(name, "")))}
    fields |= {name: True for name in SWITCHES if texts.get(name)}
    if any(options):
        fields["options"] = [clean_line(text)[:FIELD_MAX] for text in options[:OPTIONS_READ]]
    return fields


def kind_of(text: str | None) -> str:
    """A kind anybody may write; the plain one where it is none."""
    return text if text in COMPOSED else PostKind.POST


def composition_of(draft: Draft) -> Composition:
    """What a draft would publish. Raises `Invalid` for what cannot be read; see `read`."""
    return read(draft.kind, draft.title, draft.body, draft.fields)


def read(kind: str, title: str, body: str, fields: Fields) -> Composition:
    """Raises `Invalid` (bad_moment, bad_number) with the field at fault; the rest is asked by `kinds.checked`."""
    return Composition(
        kind=kind,
        title=title,
        body=body,
        is_ai_made=bool(fields.get("is_ai_made")),
        poll=read_poll(fields) if kind == PostKind.POLL else None,
        event=read_event(fields) if kind == PostKind.EVENT else None,
    )


def read_poll(fields: Fields) -> PollSpec:
    """As `read`."""
    return PollSpec(
        options=tuple(fields.get("options", ())),
        allows_many=bool(fields.get("allows_many")),
        allows_change=not fields.get("keeps_votes"),
        results=fields.get("results") or ResultsShown.VOTED,
        closes_at=moment(fields, "closes_at"),
    )


def fields_of_poll(poll: Poll) -> Fields:
    """The other way round, for changing it."""
    return {
        "options": [option.text for option in poll.options.all()],
        "allows_many": poll.allows_many,
        "keeps_votes": not poll.allows_change,
        "results": poll.results,
        "closes_at": f"{timezone.localtime(poll.closes_at):%Y-%m-%dT%H:%M}" if poll.closes_at else "",
    }


def read_event(fields: Fields) -> EventSpec:
    """As `read`."""
    zone = fields.get("zone") or settings.TIME_ZONE
    return EventSpec(
        starts_at=moment(fields, "starts_at", zone),
        ends_at=moment(fields, "ends_at", zone),
        zone=zone,
        place=fields.get("place", ""),
        fee_fen=_fen(fields.get("fee", "")),
        capacity=_whole(fields.get("capacity", "")),
    )


def fields_of_event(event: Event) -> Fields:
    """The other way round, for changing it."""
    return {
        "starts_at": f"{event.local_start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{event.local_end:%Y-%m-%dT%H:%M}" if event.local_end else "",
        "zone": event.zone,
        "place": event.place,
        "fee": f"{event.fee_fen / 100:.2f}".removesuffix(".00") if event.fee_fen else "",
        "capacity": str(event.capacity or ""),
    }


def moment(fields: Fields, name: str, zone: str = "") -> datetime | None:
    """The moment a field holds, in that time zone or else the site's; None where it is empty. Raises `Invalid`."""
    text = fields.get(name) or ""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2200:
        raise Invalid("bad_moment", _("Please enter a date and a time, such as 2026-12-31 19:30."), field=name)
    if timezone.is_aware(found):
        return found
    return found.replace(tzinfo=ZoneInfo(zone if zone in available_timezones() else settings.TIME_ZONE))


def _fen(text: str) -> int:
    if not text.strip():
        return 0
    try:
        fen = Decimal(text.strip().lstrip("¥￥")) * 100
        if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) > 10**9:
            raise InvalidOperation
    except DecimalException:  # also one that overflows
        raise Invalid("bad_number", _("Please enter the fee in yuan, such as 25 or 12.50."), field="fee") from None
    return int(fen)


def _whole(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Invalid("bad_number", _("Please enter the number of places as a whole number."), field="capacity")
    return int(text)

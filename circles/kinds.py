"""What a post is made of, by its kind, before it is a post: taken from a form, from a draft or from the API.

`checked` says whether it can be published; whether this person may is asked of `rules`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from circles.models import PostKind, ResultsShown
from circles.models.event import PLACE_MAX
from circles.models.poll import OPTION_MAX
from circles.models.post import ALT_MAX, CAPTION_MAX, TITLE_MAX
from core.errors import Invalid
from core.text.clean import clean, clean_line, require_length

COMPOSED = (PostKind.POST, PostKind.QUESTION, PostKind.POLL, PostKind.EVENT, PostKind.ARTICLE)
"""What anybody may write; an announcement comes from merchants."""
TITLED = (PostKind.ARTICLE, PostKind.POLL, PostKind.EVENT, PostKind.QUESTION)
OPTIONS_MIN, OPTIONS_MAX = 2, 10
CAPACITY_MAX = 100_000
FEE_MAX_FEN = 10_000_000
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FARTHEST = timedelta(days=730)
"""Nothing is planned for later than this."""


@dataclass(frozen=True)
class PollSpec:
    options: Sequence[str] = ()
    allows_many: bool = False
    allows_change: bool = True
    results: str = ResultsShown.VOTED
    closes_at: datetime | None = None


@dataclass(frozen=True)
class EventSpec:
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = ""
    place: str = ""
    fee_fen: int = 0
    capacity: int | None = None


@dataclass(frozen=True)
class PhotoText:
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Composition:
    """Words of a kind, with what that kind has besides."""

    kind: str = PostKind.POST
    title: str = ""
    body: str = ""
    is_ai_made: bool = False
    poll: PollSpec | None = None
    event: EventSpec | None = None
    photo_texts: Mapping[UUID, PhotoText] = field(default_factory=dict)
    """Picture's key → what stands below it, and what it shows."""


def checked(what: Composition, *, now: datetime | None = None) -> Composition:
    """The same, cleaned. `now`: the moment it is published, if not this one.

    Raises `Invalid` with the field at fault (title, body, options, closes_at, results, starts_at, ends_at, zone, place,
    fee, capacity, photos, kind) and the codes too_long, no_title, empty_post, too_few_options, too_many_options,
    same_option, unknown_choice, bad_moment, bad_zone, no_place, bad_number, unknown_kind. Whether a post without words
    has photos is asked of the action.
    """
    moment = now or timezone.now()
    what = _checked_words(what)
    return replace(
        what,
        poll=_checked_poll(what.poll or PollSpec(), moment) if what.kind == PostKind.POLL else None,
        event=_checked_event(what.event or EventSpec(), moment) if what.kind == PostKind.EVENT else None,
    )


def checked_change(what: Composition) -> Composition:
    """The same for a post that is changed: its poll and its event stay as they are where none is given. An event may
    be changed after it began."""
    what = _checked_words(what)
    poll = _checked_poll(what.poll, timezone.now()) if what.kind == PostKind.POLL and what.poll is not None else None
    event = _checked_event(what.event, None) if what.kind == PostKind.EVENT and what.event is not None else None
    return replace(what, poll=poll, event=event)


def _checked_words(what: Composition) -> Composition:
    title, body = clean_line(what.title), clean(what.body)
    if what.kind not in PostKind.values:
        raise Invalid("unknown_kind", _("There is no such kind of post."), field="kind")
    if what.kind not in TITLED:
        title = ""
    elif not title:
        raise Invalid("no_title", _NEEDS_TITLE[what.kind](), field="title")
    require_length(title, most=TITLE_MAX, field="title")
    most = settings.ARTICLE_MAX_LENGTH if what.kind == PostKind.ARTICLE else settings.POST_MAX_LENGTH
    require_length(body, most=most, field="body")
    if what.kind == PostKind.ARTICLE and not body:
        raise Invalid("empty_post", _("An article needs words."), field="body")
    texts = {key: _checked_text(text) for key, text in what.photo_texts.items()}
    return replace(what, title=title, body=body, photo_texts=texts)


_NEEDS_TITLE: Mapping[str, Callable[[], str]] = {
    PostKind.ARTICLE: lambda: _("Give the article a title."),
    PostKind.POLL: lambda: _("Write what you ask."),
    PostKind.EVENT: lambda: _("Give the event a name."),
    PostKind.QUESTION: lambda: _("Write your question."),
}


def _checked_poll(poll: PollSpec, now: datetime) -> PollSpec:
    options = [text for text in map(clean_line, poll.options) if text]
    if len(options) < OPTIONS_MIN:
        raise Invalid("too_few_options", _("A poll needs at least two options."), field="options")
    if len(options) > OPTIONS_MAX:
        words = _("That is %(count)s options; a poll holds at most %(most)s.")
        raise Invalid("too_many_options", words % {"count": len(options), "most": OPTIONS_MAX}, field="options")
    for text in options:
        require_length(text, most=OPTION_MAX, field="options")
    if len({text.casefold() for text in options}) < len(options):
        raise Invalid("same_option", _("Two options are the same."), field="options")
    if poll.closes_at is not None:
        _require_ahead(poll.closes_at, now, "closes_at")
    if poll.results not in ResultsShown.values:
        raise Invalid("unknown_choice", _("Please choose when results are shown."), field="results")
    return replace(poll, options=tuple(options))


def _checked_event(event: EventSpec, now: datetime | None) -> EventSpec:
    zone = event.zone or settings.TIME_ZONE
    if zone not in available_timezones():
        raise Invalid("bad_zone", _("There is no such time zone."), field="zone")
    if event.starts_at is None:
        raise Invalid("bad_moment", _("Say when it begins."), field="starts_at")
    if now is not None:
        _require_ahead(event.starts_at, now, "starts_at")
    elif not EARLIEST < event.starts_at < timezone.now() + FARTHEST:
        raise Invalid("bad_moment", _("Please enter a date and a time, such as 2026-12-31 19:30."), field="starts_at")
    if event.ends_at is not None and event.ends_at <= event.starts_at:
        raise Invalid("bad_moment", _("It cannot end before it begins."), field="ends_at")
    if event.ends_at is not None and event.ends_at - event.starts_at > timedelta(days=60):
        raise Invalid("bad_moment", _("An event lasts at most 60 days."), field="ends_at")
    place = clean_line(event.place)
    if not place:
        raise Invalid("no_place", _("Say where people meet; “online” is a place, too."), field="place")
    require_length(place, most=PLACE_MAX, field="place")
    if not 0 <= event.fee_fen <= FEE_MAX_FEN:
        raise Invalid("bad_number", _("Please check the fee."), field="fee")
    if event.capacity is not None and not 1 <= event.capacity <= CAPACITY_MAX:
        raise Invalid("bad_number", _("Please check the number of places."), field="capacity")
    return replace(event, zone=zone, place=place)


def _require_ahead(moment: datetime, now: datetime, name: str) -> None:
    if moment <= now:
        raise Invalid("bad_moment", _("This moment is over already."), field=name)
    if moment > now + FARTHEST:
        raise Invalid("bad_moment", _("That is too far away: two years at most."), field=name)


def _checked_text(text: PhotoText) -> PhotoText:
    caption, alt = clean_line(text.caption), clean_line(text.alt)
    require_length(caption, most=CAPTION_MAX, field="photos")
    require_length(alt, most=ALT_MAX, field="photos")
    return PhotoText(caption, alt)

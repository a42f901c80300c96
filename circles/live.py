"""What of a poll or an event differs per viewer and changes with every vote: put into a hole of its card.

Loaded only for posts of these kinds; a page without any asks nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import formats, timezone
from django.utils.translation import get_language

from circles.models import Ballot, Event, Poll, PollOption, PostKind, ResultsShown, SignUp, SignUpState
from core.parts import draw

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

KINDS = (PostKind.POLL, PostKind.EVENT)


@dataclass(frozen=True)
class OptionView:
    position: int
    text: str
    is_mine: bool
    vote_count: int | None
    """None where the viewer may not see it yet."""
    percent: int | None


@dataclass(frozen=True)
class PollView:
    """A poll as one viewer sees it."""

    poll: Poll
    options: list[OptionView]
    my_choices: list[int]

    @property
    def voted(self) -> bool:
        return bool(self.my_choices)

    @property
    def is_over(self) -> bool:
        return self.poll.is_over()

    @property
    def shows_results(self) -> bool:
        return self.poll.shows_results(voted=self.voted)

    @property
    def takes_votes(self) -> bool:
        """Is there anything the viewer could do here, if they may vote at all?"""
        return not self.is_over and (not self.voted or self.poll.allows_change)

    @property
    def promise(self) -> str:
        """When results are shown that are not: voted, closed, or empty where they are."""
        return "" if self.shows_results else str(ResultsShown(self.poll.results))


@dataclass(frozen=True)
class EventView:
    """An event as one viewer sees it."""

    event: Event
    sign_up: SignUp | None
    is_host: bool = False
    """Did the viewer call it? Then the way to who comes and to the code stands there."""

    @property
    def is_over(self) -> bool:
        return self.event.is_over()

    @property
    def is_going(self) -> bool:
        return self.sign_up is not None and self.sign_up.state == SignUpState.GOING

    @property
    def is_checked_in(self) -> bool:
        return self.is_going and self.sign_up is not None and self.sign_up.checked_in_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.sign_up is not None and self.sign_up.state == SignUpState.WAITING

    @property
    def takes_sign_ups(self) -> bool:
        return not self.is_over and not self.event.is_called_off

    @property
    def is_same_day(self) -> bool:
        end = self.event.local_end
        return end is not None and end.date() == self.event.local_start.date()

    @property
    def is_elsewhere(self) -> bool:
        """Does another clock go there than here? Then the zone is named."""
        start = self.event.starts_at
        return timezone.localtime(start).utcoffset() != self.event.local_start.utcoffset()


def polls(post_ids: Iterable[int], viewer: "Person") -> dict[int, PollView]:
    """Post id → its poll, of posts the viewer was found to see. SQL queries: none for no posts, else 3."""
    ids = list(post_ids)
    if not ids:
        return {}
    options: dict[int, list[PollOption]] = {}
    for option in PollOption.objects.filter(poll__in=ids).order_by("poll", "position"):
        options.setdefault(option.poll_id, []).append(option)
    mine: dict[int, list[int]] = {}
    if viewer.is_authenticated:
        mine = dict(Ballot.objects.filter(voter=viewer.pk, poll__in=ids).values_list("poll_id", "choices"))
    return {
        poll.pk: _poll_view(poll, options.get(poll.pk, []), mine.get(poll.pk, []))
        for poll in Poll.objects.filter(pk__in=ids)
    }


def events(post_ids: Iterable[int], viewer: "Person") -> dict[int, EventView]:
    """Post id → its event, of posts the viewer was found to see. SQL queries: none for no posts, else 2."""
    ids = list(post_ids)
    if not ids:
        return {}
    mine: dict[int, SignUp] = {}
    if viewer.is_authenticated:
        mine = {row.event_id: row for row in SignUp.objects.filter(person=viewer.pk, event__in=ids)}
    rows = Event.objects.filter(pk__in=ids).annotate(host_id=F("post__author_id"))
    return {event.pk: EventView(event, mine.get(event.pk), event.host_id == viewer.pk) for event in rows}


def blocks(kinds: Iterable[tuple[int, str]], viewer: "Person") -> dict[int, list[bytes]]:
    """Post id → the HTML of its poll or event, of those among (post id, kind) that have one."""
    wanted = list(kinds)
    drawn = {pk: draw_poll(view) for pk, view in polls((i for i, kind in wanted if kind == "poll"), viewer).items()}
    drawn |= {pk: draw_event(view) for pk, view in events((i for i, kind in wanted if kind == "event"), viewer).items()}
    return {pk: [html.encode()] for pk, html in drawn.items()}


def draw_poll(view: PollView) -> str:
    return draw("components/_poll.html", {"view": view, "poll": view.poll, "post_id": view.poll.pk})


def draw_event(view: EventView) -> str:
    return draw("components/_event.html", {"view": view, "event": view.event, "post_id": view.event.pk})


def short_moment(value: datetime) -> str:
    """ "25 Nov, 20:00", with the year where it is another one; in the zone the moment carries."""
    is_this_year = value.year == timezone.localdate().year
    if (get_language() or "").startswith("zh"):
        return formats.date_format(value, "n月j日 H:i" if is_this_year else "Y年n月j日 H:i")
    return formats.date_format(value, "j M, H:i" if is_this_year else "j M Y, H:i")


def _poll_view(poll: Poll, options: list[PollOption], mine: list[int]) -> PollView:
    shown = poll.shows_results(voted=bool(mine))
    return PollView(
        poll,
        [
            OptionView(
                option.position,
                option.text,
                option.position in mine,
                option.vote_count if shown else None,
                round(100 * option.vote_count / poll.voter_count)
                if shown and poll.voter_count
                else 0
                if shown
                else None,
            )
            for option in options
        ],
        mine,
    )

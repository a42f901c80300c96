"""What reaches whom: pure decisions over a kind of notification and the level a person chose for where it happened.

| level | inbox | at once by mail and push | digest |
|---|---|---|---|
| all | every post, comments, replies, mentions, likes, followers | posts, comments, replies, mentions | good posts |
| highlights | comments, replies, mentions, likes, followers | comments, replies, mentions | good posts |
| mentions | replies, mentions | replies, mentions | |
| digest | comments, replies, mentions | | good posts |
| muted | | | |

What all members of a circle are told comes to the inbox at `all`, `highlights` and `digest`, and leaves the house at
`all`. A circle's welcome and a goal it reached come to the inbox unless it is muted.
Of a merchant, announcements come to the inbox at `all` and `highlights`, at once by mail and push at `all` only, and
into the digest at `digest`. An accepted answer counts as a reply, the end of a poll as a comment. What is new of an
event somebody signed up for always comes, and at once. What moderators decided about one's own post comes to the inbox
whatever the level, and so do notices about oneself, of which each kind says whether it leaves the house
(notifications.notices).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import NoticeLevel, User
from notifications.models import ABOUT_ONESELF, DECISIONS, Channel, Kind, Preferences

_CONVERSATION = frozenset({Kind.COMMENT, Kind.REPLY, Kind.MENTION, Kind.ACCEPTED, Kind.POLL_CLOSED})
_LIKES = frozenset({Kind.LIKE, Kind.COMMENT_LIKE})
_TO_ME = frozenset({Kind.REPLY, Kind.MENTION, Kind.ACCEPTED})

_OF_CIRCLE = frozenset({Kind.GOAL, Kind.WELCOME})

_INBOX: dict[NoticeLevel, frozenset[Kind]] = {
    NoticeLevel.ALL: _CONVERSATION | _LIKES | _OF_CIRCLE | {Kind.FOLLOW, Kind.POST, Kind.NEWS},
    NoticeLevel.HIGHLIGHTS: _CONVERSATION | _LIKES | _OF_CIRCLE | {Kind.FOLLOW, Kind.NEWS},
    NoticeLevel.MENTIONS: _TO_ME | _OF_CIRCLE,
    NoticeLevel.DIGEST: _CONVERSATION | _OF_CIRCLE | {Kind.NEWS},
    NoticeLevel.MUTED: frozenset(),
}
_AT_ONCE: dict[NoticeLevel, frozenset[Kind]] = {
    NoticeLevel.ALL: _CONVERSATION | {Kind.POST, Kind.NEWS},
    NoticeLevel.HIGHLIGHTS: _CONVERSATION,
    NoticeLevel.MENTIONS: _TO_ME,
    NoticeLevel.DIGEST: frozenset(),
    NoticeLevel.MUTED: frozenset(),
}
GOOD_POSTS_LEVELS = frozenset({NoticeLevel.ALL, NoticeLevel.HIGHLIGHTS, NoticeLevel.DIGEST})
"""Circles whose good posts stand in the digest."""


def reaches_inbox(kind: Kind, level: NoticeLevel) -> bool:
    return kind in DECISIONS or kind == Kind.EVENT or kind in ABOUT_ONESELF or kind in _INBOX[level]


def leaves_the_house(kind: Kind, level: NoticeLevel) -> bool:
    """Whether it is also sent by mail and push, where the person has these on."""
    return kind == Kind.EVENT or kind in _AT_ONCE[level]


def quiet_until(preferences: Preferences, now: datetime) -> datetime | None:
    """When the quiet hours end that `now` lies in; None outside them. Hours of the community (TIME_ZONE)."""
    if not preferences.quiet:
        return None
    zone = timezone.get_default_timezone()
    local = now.astimezone(zone)
    begin, end, at = preferences.quiet_from, preferences.quiet_until, local.time()
    over_midnight = begin > end
    if not (at >= begin or at < end if over_midnight else begin <= at < end):
        return None
    day = local.date() + timedelta(days=1) if over_midnight and at >= begin else local.date()
    return datetime.combine(day, end, tzinfo=zone)


def present_until(person: User, now: datetime) -> datetime | None:
    """Until when somebody counts as being here, seen last as they were; None when they are away."""
    until = person.last_seen_at + timedelta(seconds=settings.ONLINE_SECONDS)
    return until if until > now else None


def wait_until(
    channel: str, *, person: User, preferences: Preferences, now: datetime, is_digest: bool
) -> datetime | None:
    """When something may be sent that should not be sent now; None: it may. Nobody is mailed while they are here.

    The hour of a digest was chosen by its reader, so quiet hours do not hold it back.
    """
    waits = [None if is_digest else quiet_until(preferences, now)]
    if channel == Channel.MAIL:
        waits.append(present_until(person, now))
    return max((wait for wait in waits if wait is not None), default=None)

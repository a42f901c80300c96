"""What reaches whom: pure decisions over a kind of notification and the level a person chose for where it happened.

| level | inbox | at once by mail and push | digest |
|---|---|---|---|
| all | every post, comments, replies, mentions, likes | posts, comments, replies, mentions | good posts |
| highlights | comments, replies, mentions, likes | comments, replies, mentions | good posts |
| mentions | replies, mentions | replies, mentions | |
| digest | comments, replies, mentions | | good posts |
| muted | | | |

Of a merchant, announcements come to the inbox at `all` and `highlights`, at once by mail and push at `all` only, and
into the digest at `digest`. What moderators decided about one's own post comes to the inbox whatever the level.
"""

from accounts.models import NoticeLevel
from notifications.models import DECISIONS, Kind

_CONVERSATION = frozenset({Kind.COMMENT, Kind.REPLY, Kind.MENTION})
_TO_ME = frozenset({Kind.REPLY, Kind.MENTION})

_INBOX: dict[NoticeLevel, frozenset[Kind]] = {
    NoticeLevel.ALL: _CONVERSATION | {Kind.LIKE, Kind.POST},
    NoticeLevel.HIGHLIGHTS: _CONVERSATION | {Kind.LIKE},
    NoticeLevel.MENTIONS: _TO_ME,
    NoticeLevel.DIGEST: _CONVERSATION,
    NoticeLevel.MUTED: frozenset(),
}
_AT_ONCE: dict[NoticeLevel, frozenset[Kind]] = {
    NoticeLevel.ALL: _CONVERSATION | {Kind.POST},
    NoticeLevel.HIGHLIGHTS: _CONVERSATION,
    NoticeLevel.MENTIONS: _TO_ME,
    NoticeLevel.DIGEST: frozenset(),
    NoticeLevel.MUTED: frozenset(),
}
GOOD_POSTS_LEVELS = frozenset({NoticeLevel.ALL, NoticeLevel.HIGHLIGHTS, NoticeLevel.DIGEST})
"""Circles whose good posts stand in the digest."""


def reaches_inbox(kind: Kind, level: NoticeLevel) -> bool:
    return kind in DECISIONS or kind in _INBOX[level]


def leaves_the_house(kind: Kind, level: NoticeLevel) -> bool:
    """Whether it is also sent by mail and push, where the person has these on."""
    return kind in _AT_ONCE[level]

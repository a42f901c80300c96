"""Lines of the inbox as HTML: parts that are drawn once and filled for each line (core/parts.py)."""

from functools import cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from core.clock import Clock
from core.parts import Part
from notifications import wording
from notifications.queries import InboxItem


class Face(NamedTuple):
    nickname: str
    avatar_url: str | None
    is_verified: bool = False


class CircleFace(NamedTuple):
    name: str
    avatar_url: str | None


OPTIONAL = ("face", "quote", "thumb_url", "mute_url")
_face = Part("components/_avatar.html", kept=("person", "size", "badge"), most=2048)
_circle_face = Part("components/_circle_avatar.html", kept=("circle", "size"))
_moment = Part("components/_time.html", kept=("value", "text"), most=2048)


def line(item: InboxItem, clock: Clock, *, can_mute: bool) -> SafeString:
    """The line; `can_mute`: with a way to hear nothing more from its circle or merchant."""
    given: dict[str, Any] = {
        "face": _picture(item),
        "quote": item.quote,
        "thumb_url": item.thumb_url,
        "mute_url": _mute_url(item) if can_mute else None,
    }
    given = {name: value for name, value in given.items() if value}
    kept = {"unread": item.unread, "icon": wording.ICONS.get(item.kind, "bell"), "of": ""}
    if can_mute:
        kept["of"] = "merchant" if item.merchant else "circle"
    return _line(tuple(given))(
        url=reverse("notifications:open", args=[item.notification.pk]) if item.notification else item.target_url,
        text=wording.sentence(item),
        moment=_moment(value=item.time, text=clock.ago(item.time)),
        **{**dict.fromkeys(OPTIONAL), **kept, **given},
    )


@cache
def _line(given: tuple[str, ...]) -> Part:
    missing = [name for name in OPTIONAL if name not in given]
    kept = ("unread", "icon", "of", *missing)
    return Part("notifications/partials/_row.html", kept=kept, holes=("url", "text", "moment", *given))


def _picture(item: InboxItem) -> SafeString | None:
    if item.merchant is not None:
        return _circle_face(circle=CircleFace(item.merchant.name, item.merchant.avatar_url), size="m")
    if item.actor is not None:
        return _face(person=Face(item.actor.nickname, item.actor.avatar_url), size="m", badge=False)
    return None


def _mute_url(item: InboxItem) -> str | None:
    if item.merchant is not None:
        return reverse("notifications:mute_merchant", args=[item.merchant.slug])
    return reverse("notifications:mute_circle", args=[item.circle.slug]) if item.circle else None

"""Floors as HTML: drawn once and kept, as cards are (see circles/cards.py).

A floor looks the same to all but its writers and the circle's staff, who may delete; floors that hold a viewer's own
words are drawn for them alone. What stays open is how long ago something was said.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from circles.models import Comment, Post
from circles.queries import Floor
from core.observability import metrics
from core.templatetags.ui import ago

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

KEEP_SECONDS = 6 * 3600
_AGO = re.compile(r"<!--ago (\d+)-->")
"""Cannot come from what people write: their text is escaped."""


def html_floors(floors: Sequence[Floor], *, post: Post, viewer: "Person", can_moderate: bool) -> list[SafeString]:
    """The floors of a post, in their order. No SQL; one Redis round trip, two where some were not kept."""
    shared = {
        floor.comment.pk: _key(floor, post, can_moderate)
        for floor in floors
        if can_moderate or not _is_own(floor, viewer)
    }
    kept: dict[str, str] = cache.get_many(shared.values()) if shared else {}
    fresh: dict[str, str] = {}
    made = []
    for floor in floors:
        key = shared.get(floor.comment.pk)
        html = kept.get(key) if key else None
        if html is None:
            html = _draw(floor, post, viewer, can_moderate)
            if key:
                fresh[key] = html
        made.append(mark_safe(_AGO.sub(_fill, html)))  # noqa: S308 - drawn by our template
    if fresh:
        metrics.FEED_MISSES.add(len(fresh), what="floor")
        cache.set_many(fresh, KEEP_SECONDS)
    return made


def _draw(floor: Floor, post: Post, viewer: "Person", can_moderate: bool) -> str:
    context = {
        "floor": floor,
        "post": post,
        "viewer_id": viewer.pk,
        "can_moderate": can_moderate,
        "keep_times": True,
    }
    return render_to_string("circles/partials/_floor.html", context)


def _is_own(floor: Floor, viewer: "Person") -> bool:
    return viewer.is_authenticated and viewer.pk in {comment.author_id for comment in (floor.comment, *floor.replies)}


def _key(floor: Floor, post: Post, can_moderate: bool) -> str:
    """Everything a floor shows to everybody; what changes is found under another key."""
    shown = [_shown(comment) for comment in (floor.comment, *floor.replies)]
    digest = blake2b(repr((shown, floor.more_count, post.author_id)).encode("utf-8", "surrogatepass"), digest_size=8)
    return f"floor:{floor.comment.pk}:{digest.hexdigest()}:{get_language()}:{int(can_moderate)}"


def _shown(comment: Comment) -> tuple[Any, ...]:
    author = comment.author
    answered = comment.reply_to.nickname if comment.reply_to else ""
    return comment.pk, comment.state, author.nickname, author.avatar_id, author.is_verified, answered


def _fill(match: re.Match[str]) -> str:
    return ago(datetime.fromtimestamp(int(match[1]), UTC))

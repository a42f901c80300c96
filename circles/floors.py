"""Floors as HTML: drawn once and kept, as cards are (see circles/cards.py).

A floor looks the same to all but its writers and the circle's staff, who may delete. So the key holds which of the
comments are the viewer's own, beside all that can change of what is shown; words never do. Like buttons are holes. The
first page of a post is kept in one piece as well: to find it takes two SQL queries for what makes up its key, one more
where something on it is liked, and one where a comment quotes another.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts import badges
from accounts.models import User
from circles import queries
from circles.models import Comment, Post, PostKind
from circles.models.authored import kept_badges, shown_name
from circles.models.honor import honor_of
from circles.queries import Floor
from circles.quotes import Quote, quotes
from core.clock import Agos, clock_of_now
from core.lately import Lately
from core.observability import metrics
from core.pagination import Page, encode_cursor
from core.parts import Cut, Drawings, Part, Pieces, draw, join, release
from core.prepared import Prepared, among

if TYPE_CHECKING:
    Person = User | Any

KEEP_SECONDS = 6 * 3600
_pages = Drawings(most=100, seconds=KEEP_SECONDS)
_lately: "Lately[tuple[Page[Said], Seen]]" = Lately(most=300)


SAID = (
    *("id", "author_id", "parent_id", "floor", "state", "author_face_id", "author_linked"),
    *("picture_id", "quoted_id", "like_count"),
    *("nickname", "avatar_id", "is_verified", "answered", "badges", "honor"),
)
"""What shows of a comment and may change, and whose it is; `answered` is the name of whom a reply answers. The row
of a reply ends with how many stand in its floor. Plain rows: a page has eighty, and naming columns takes time."""
_FLOOR, _QUOTED, _LIKES = SAID.index("floor"), SAID.index("quoted_id"), SAID.index("like_count")
_BADGES = SAID.index("badges")
Said = tuple[Any, ...]
Quotes = dict[int, Quote]


@dataclass(frozen=True)
class Seen:
    """What makes up the key of some floors: them, the replies shown in them, and what these quote."""

    floors: list[Said]
    replies: list[Said]
    quotes: Quotes

    @cached_property
    def both(self) -> tuple[Said, ...]:
        return (*self.floors, *self.replies)

    @cached_property
    def counts(self) -> dict[int, int]:
        """Comment id → its likes."""
        return {said[0]: said[_LIKES] for said in self.both}

    @cached_property
    def digest(self) -> str:
        """Of all that shows to everybody but likes, which are holes."""
        # As of now: a badge whose fact has run out is under another key, though nobody wrote anything.
        held = [badges.shown(json.loads(said[_BADGES]), in_circles=True) for said in self.both if said[_BADGES]]
        without_likes = [said[:_LIKES] + said[_LIKES + 1 :] for said in self.both]
        return _digest(without_likes, held, sorted(self.quotes.items()))


_OF_OTHERS = {
    "nickname": shown_name(),
    "avatar_id": F("author__avatar_id"),
    "is_verified": ExpressionWrapper(Q(author__verified_at__isnull=False), output_field=BooleanField()),
    "answered": shown_name("reply_to_name", "reply_to"),
    "badges": kept_badges(),
    "honor": honor_of(circle="post__circle"),
}


def first_page(post: Post, viewer: "Person", *, can_moderate: bool) -> "tuple[Pieces, Page[Said]]":
    """(HTML in pieces, page) of the first floors of a post that `viewer` was just found to see.

    SQL queries: 2, with likes 3, with quotes one more; twice as many where they are not kept as they are now. None but
    for the viewer's likes where this process read the same for somebody else a moment ago.
    """
    page, seen = _said(post, viewer)
    key = _key(post, viewer, can_moderate, seen)
    fresh: list[str] = []

    def draw_missing(wanted: list[int]) -> dict[int, str]:
        floors = queries.floors(post, viewer, size=queries.FLOORS_PER_PAGE).items
        fresh.append("".join(_drawn(floors, post, viewer, can_moderate)))
        # Somebody may have said something since: then it is shown, but not kept under what was before.
        return {post.pk: fresh[0]} if _key(post, viewer, can_moderate, _said_in(floors)) == key else {}

    kept = _pages.get({post.pk: key}, draw_missing)
    return (kept.get(post.pk) or Cut(fresh[0])).pieces(_Filling(seen.counts, viewer)), page


def html_floors(floors: Sequence[Floor], *, post: Post, viewer: "Person", can_moderate: bool) -> SafeString:
    """These floors of a post, one below the other. One SQL query where something is liked; one Redis round trip, two
    where some were not kept."""
    return _filled(
        _drawn(floors, post, viewer, can_moderate), [c for f in floors for c in (f.comment, *f.replies)], viewer
    )


def html_replies(replies: Sequence[Comment], *, post: Post, viewer: "Person", can_moderate: bool) -> SafeString:
    """Replies of one floor by themselves, for its own page; drawn each time."""
    values = {"post": post, "viewer_id": viewer.pk, "can_moderate": can_moderate, "keep_times": True}
    drawn = [draw("circles/partials/_reply.html", {"reply": reply, **values}) for reply in replies]
    return _filled(drawn, replies, viewer)


def _filled(drawn: Iterable[str], comments: Iterable[Comment], viewer: "Person") -> SafeString:
    filling = _Filling({comment.pk: comment.like_count for comment in comments}, viewer)
    return join(Cut(html).fill(filling) for html in drawn)


class _Filling(Agos):
    """What is filled into the holes of floors: how long ago, and the viewer's like buttons."""

    def __init__(self, counts: dict[int, int], viewer: "Person") -> None:
        super().__init__()
        language = get_language() or ""
        liked = queries.liked_comment_ids([pk for pk, count in counts.items() if count], viewer)
        for pk, count in counts.items():
            self[f"like{pk}"] = _like(language, pk, pk in liked, count)


_like_button = Part("components/_comment_like.html", kept=("liked", "like_count"), holes=("comment_id",))


@lru_cache(maxsize=8192)
def _like(language: str, comment_id: int, liked: bool, count: int) -> Pieces:
    return [_like_button(liked=liked, like_count=count, comment_id=comment_id).strip().encode()]


def _said(post: Post, viewer: "Person") -> tuple[Page[Said], Seen]:
    """The first page of floors and what is seen there: the same for all who keep no distance from anybody."""
    if viewer.is_authenticated and viewer.keeps_distance:
        return _read(post, viewer)
    return _lately.get((post.pk, post.said_version), lambda: _read(post, viewer))


def _read(post: Post, viewer: "Person") -> tuple[Page[Said], Seen]:
    """The first replies come in the order of their floors' ids."""
    size = queries.FLOORS_PER_PAGE
    if viewer.is_authenticated:
        found = _first_floors(size, viewer.keeps_distance)(viewer=viewer.pk, post=post.pk)
    else:
        found = list(_floors(post.pk, viewer, size))
    floors = found[:size]
    page = Page(floors, encode_cursor(floors[-1][_FLOOR]) if len(found) > size else None)
    ids = [said[0] for said in floors]
    if not ids:
        return page, Seen([], [], {})
    if viewer.is_authenticated:
        replies = _first_replies(viewer.keeps_distance)(viewer=viewer.pk, floors=ids)
    else:
        replies = list(_replies(ids, viewer))
    return page, Seen(floors, replies, quotes((said[_QUOTED] for said in (*floors, *replies)), viewer))


def _floors(post_id: int, viewer: "Person", size: int) -> "QuerySet[Any]":
    floors = queries.floors_under(post_id, viewer).annotate(**_OF_OTHERS).order_by("floor")
    return floors.values_list(*SAID)[: size + 1]


def _replies(floor_ids: Any, viewer: "Person") -> "QuerySet[Any]":
    replies = queries.first_reply_rows(Comment.objects.visible_under(viewer), floor_ids)
    return replies.annotate(**_OF_OTHERS).values_list(*SAID, "reply_count")


@lru_cache(maxsize=8)
def _first_floors(size: int, keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        return _floors(any_.post, User.somebody(any_.viewer, keeps_distance=keeps_distance), size)

    return Prepared(query, "viewer", "post")


@lru_cache
def _first_replies(keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        return _replies(among(any_.floors), User.somebody(any_.viewer, keeps_distance=keeps_distance))

    return Prepared(query, "viewer", "floors")


def _drawn(floors: Sequence[Floor], post: Post, viewer: "Person", can_moderate: bool) -> list[str]:
    """Each with holes for the times that change, from the cache or drawn now."""
    keys = [f"{release()}:{_key(post, viewer, can_moderate, _said_in([floor]))}" for floor in floors]
    kept: dict[str, str] = cache.get_many(keys)
    fresh = {
        key: draw(
            "circles/partials/_floor.html",
            {
                "floor": floor,
                "post": post,
                "viewer_id": viewer.pk,
                "can_moderate": can_moderate,
                "keep_times": True,
            },
        )
        for key, floor in zip(keys, queries.under(post, list(floors)), strict=True)
        if key not in kept
    }
    if fresh:
        metrics.FEED_MISSES.add(len(fresh), what="floor")
        cache.set_many(fresh, KEEP_SECONDS)
    return [kept[key] if key in kept else fresh[key] for key in keys]


def _key(post: Post, viewer: "Person", can_moderate: bool, seen: Seen) -> str:
    """Everything these floors show to this viewer but for what fills holes; what changes is found under another key."""
    own = () if can_moderate else [said[0] for said in seen.both if said[1] == viewer.pk]
    marks = _marks(post, seen.both)
    asked = (post.accepted_id, viewer.pk == post.author_id) if post.kind == PostKind.QUESTION else ()
    digest = _digest(seen.digest, post.author_id, can_moderate, own, marks, clock_of_now().year, asked)
    return f"floors:{post.pk}:{digest}:{get_language()}"


def _digest(*shown: Any) -> str:
    return blake2b(repr(shown).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _marks(post: Post, said: Sequence[Said]) -> list[str]:
    """Roles and titles of those who speak here; what a pseudonym hides is not drawn (circles.byline)."""
    if not (marks := post.circle.marks):
        return []
    return sorted(f"{person}:{marks[person]}" for person in {str(one[1]) for one in said} & marks.keys())


def _said_in(floors: Sequence[Floor]) -> Seen:
    """Of floors already loaded, what `_said` reads."""
    replies = [(*_said_of(reply), floor.reply_count) for floor in floors for reply in floor.replies]
    found = {c.quote.id: c.quote for floor in floors for c in (floor.comment, *floor.replies) if c.quote}
    ordered = sorted(replies, key=lambda said: (said[2], said[0]))
    return Seen([_said_of(floor.comment) for floor in floors], ordered, found)


def _said_of(comment: Comment) -> Said:
    author = comment.author
    return (
        comment.pk,
        comment.author_id,
        comment.parent_id,
        comment.floor,
        comment.state,
        comment.author_face_id,
        comment.author_linked,
        comment.picture_id,
        comment.quoted_id,
        comment.like_count,
        comment.shown_name,
        author.avatar_id,
        author.is_verified,
        comment.reply_to_name or (comment.reply_to and comment.reply_to.nickname),
        json.dumps(author.badges, ensure_ascii=False) if author.badges else "",
        getattr(comment, "honor", ""),
    )

"""Post cards as HTML, for pages that show many of them.

Drawing is what a page of posts costs. So a card is drawn once per post, version, language and place, kept in the
cache with holes in it, and the holes are filled for each viewer: how long ago, liked or not, the counts, the menu.
The key holds everything else the card shows (nickname, avatar, circle's name), so nothing is ever invalidated: what
changes is found under another key. One SQL query and one Redis round trip a page; two more of each for cards nobody
has seen yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.models import User
from circles import queries, rules
from circles.models import Circle, Like, Membership, Post
from circles.models.post import PostQuerySet
from core.observability import metrics
from core.pagination import Page, cut_page
from core.prepared import Prepared, among
from core.templatetags.ui import ago

if TYPE_CHECKING:
    Person = User | Any

KEEP_SECONDS = 24 * 3600
HOLES = {name: mark_safe(f"<!--{name}-->") for name in ("ago", "like", "comments", "menu")}  # noqa: S308
"""Comments cannot come from what people write: their text is escaped."""
_ANY_POST = "/posts/0/"
_ANY_ID = 'id="like-0"'
"""Stand for the post's own address and id in parts that are drawn once for all posts."""


class Row(NamedTuple):
    """What one viewer's card needs to know without its content. Built by `rows_of`."""

    id: int
    circle_id: int
    author_id: int
    published_at: datetime
    version: int
    is_featured: bool
    is_pinned: bool
    like_count: int
    comment_count: int
    nickname: str
    avatar_id: int | None
    verified_at: datetime | None
    circle_name: str
    liked: bool = False
    role: str | None = None
    membership_state: str | None = None
    silenced_until: datetime | None = None


_SHARED = (
    "id",
    "circle_id",
    "author_id",
    "published_at",
    "version",
    "is_featured",
    "is_pinned",
    "like_count",
    "comment_count",
)
_OF_OTHERS = {
    "nickname": F("author__nickname"),
    "avatar_id": F("author__avatar_id"),
    "verified_at": F("author__verified_at"),
    "circle_name": F("circle__name"),
}


@dataclass(frozen=True, slots=True)
class HtmlCard:
    """A card ready to be put on the page."""

    post_id: int
    published_at: datetime
    html: SafeString


def load_rows(ids: list[int], viewer: "Person") -> list[Row]:
    """The rows of those posts among `ids` that the viewer may see, in no order. One SQL query, compiled once."""
    if not viewer.is_authenticated:
        return [Row(*row) for row in rows_of(Post.objects.visible_to(viewer).filter(pk__in=ids), viewer)]
    return [Row(*row) for row in _visible_rows(viewer=viewer.pk, ids=ids)]


def _visible_rows_query(any_: Any) -> "QuerySet[Any]":
    viewer = User(pk=any_.viewer)
    return rows_of(Post.objects.visible_to(viewer).filter(pk__in=among(any_.ids)), viewer)


_visible_rows = Prepared(_visible_rows_query, "viewer", "ids")


def front_page(circle: Circle, viewer: "Person", tab: str, *, size: int) -> "tuple[list[HtmlCard], Page[HtmlCard]]":
    """(pinned, first page) of a circle as its page shows them. Two SQL queries, compiled once."""
    if viewer.is_authenticated:
        values = {"viewer": viewer.pk, "circle": circle.pk}
        pinned = [Row(*row) for row in _pinned_rows(**values)] if tab == "latest" else []
        rows = [Row(*row) for row in _front_rows(tab, size)(**values)]
    else:
        pinned = list(rows_of(queries.kept_on_top(circle, viewer), viewer)[: rules.PINNED_MAX])
        pinned = pinned if tab == "latest" else []
        listed = queries.listed_posts(circle, viewer, tab).newest_first()
        rows = list(rows_of(listed, viewer)[: size + 1])
    page = cut_page(rows, size=size)
    cards = html_cards([*pinned, *page.items], viewer, show_circle=False)
    return cards[: len(pinned)], Page(cards[len(pinned) :], page.next_cursor)


def _pinned_rows_query(any_: Any) -> "QuerySet[Any]":
    viewer = User(pk=any_.viewer)
    return rows_of(queries.kept_on_top(Circle(pk=any_.circle), viewer), viewer)[: rules.PINNED_MAX]


_pinned_rows = Prepared(_pinned_rows_query, "viewer", "circle")


@lru_cache(maxsize=32)
def _front_rows(tab: str, size: int) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        viewer = User(pk=any_.viewer)
        listed = queries.listed_posts(Circle(pk=any_.circle), viewer, tab).newest_first()
        return rows_of(listed, viewer)[: size + 1]

    return Prepared(query, "viewer", "circle")


def rows_of(posts: PostQuerySet, viewer: "Person") -> "QuerySet[Any]":
    """The queryset (from `visible_to`) with one `Row` a post; ordering, filters and slices may follow."""
    columns = [*_SHARED, *_OF_OTHERS]
    if viewer.is_authenticated:
        posts = posts.annotate(
            liked=Exists(Like.objects.filter(user_id=viewer.pk, post=OuterRef("pk"))),
            mine=FilteredRelation("circle__memberships", condition=Q(circle__memberships__user_id=viewer.pk)),
            role=F("mine__role"),
            membership_state=F("mine__state"),
            silenced_until=F("mine__silenced_until"),
        )
        columns += ["liked", "role", "membership_state", "silenced_until"]
    return posts.annotate(**_OF_OTHERS).values_list(*columns, named=True)


def html_cards(
    rows: Iterable[tuple[Any, ...]], viewer: "Person", *, show_circle: bool = True, full: bool = False
) -> list[HtmlCard]:
    """The cards of rows made by `rows_of`, in their order. SQL queries: none, or two for cards not in the cache."""
    found = [Row(*row) for row in rows]
    language = get_language() or ""
    keys = {row.id: _key(row, language, show_circle, full) for row in found}
    drawn = _drawn(keys, show_circle=show_circle, full=full)
    return [
        HtmlCard(row.id, row.published_at, _fill(drawn[row.id], row, viewer, language))
        for row in found
        if row.id in drawn
    ]


@dataclass(frozen=True)
class Html:
    """The shape of cards on pages (see queries.Shape). SQL queries: 1, or 3 where cards are not in the cache."""

    show_circle: bool = True

    def load(self, posts: PostQuerySet, viewer: "Person") -> "QuerySet[Any]":
        return rows_of(posts, viewer)

    def pick(self, ids: list[int], viewer: "Person") -> list[Row]:
        return load_rows(ids, viewer)

    def make(self, rows: list[Any], viewer: "Person") -> list[HtmlCard]:
        return html_cards(rows, viewer, show_circle=self.show_circle)


def _key(row: Row, language: str, show_circle: bool, full: bool) -> str:
    shown = (row.version, row.nickname, row.avatar_id, row.verified_at is None, row.circle_name)
    digest = blake2b(repr(shown).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"card:{row.id}:{digest}:{language}:{int(show_circle)}{int(full)}"


def _drawn(keys: dict[int, str], *, show_circle: bool, full: bool) -> dict[int, str]:
    """Post id → its card with holes; those not in the cache are drawn and put there."""
    cached = cache.get_many(keys.values())
    drawn = {post_id: cached[key] for post_id, key in keys.items() if key in cached}
    if missing := keys.keys() - drawn.keys():
        metrics.FEED_MISSES.add(len(missing), what="card")
        template = _template("components/_post_card.html")
        fresh = {
            post.pk: _draw(template, {"post": post, "show_circle": show_circle, "full": full, "holes": HOLES})
            for post in Post.objects.filter(pk__in=missing).for_cards()
        }
        cache.set_many({keys[post_id]: html for post_id, html in fresh.items()}, KEEP_SECONDS)
        drawn |= fresh
    return drawn


def _fill(card: str, row: Row, viewer: "Person", language: str) -> SafeString:
    address = f"/posts/{row.id}/"
    like = _like(language, row.liked, row.like_count).replace(_ANY_ID, f'id="like-{row.id}"')
    menu = _menu(language, row.is_featured, row.is_pinned, *_rights(row, viewer))
    return mark_safe(  # noqa: S308 - drawn by our templates
        card.replace(HOLES["ago"], ago(row.published_at))
        .replace(HOLES["like"], like.replace(_ANY_POST, address))
        .replace(HOLES["comments"], _comments(language, row.comment_count))
        .replace(HOLES["menu"], menu.replace(_ANY_POST, address))
    )


def _rights(row: Row, viewer: "Person") -> tuple[bool, bool, bool]:
    """(may edit, may delete, may moderate), as the rules say. They say no to all but the author and the staff."""
    if not viewer.is_authenticated or (row.author_id != viewer.pk and row.role in (None, "member")):
        return False, False, False
    post = Post(id=row.id, circle_id=row.circle_id, author_id=row.author_id)
    membership = None
    if row.role is not None and row.membership_state is not None:
        membership = Membership(
            circle_id=row.circle_id,
            user_id=viewer.pk,
            role=row.role,
            state=row.membership_state,
            silenced_until=row.silenced_until,
        )
    return (
        bool(rules.can_edit(viewer, post, membership)),
        bool(rules.can_delete(viewer, post, membership)),
        bool(rules.can_moderate(viewer, membership)),
    )


# The parts below are the same for all posts but for the address, so they are drawn once per process.


@lru_cache(maxsize=4096)
def _like(language: str, liked: bool, count: int) -> str:
    context = {"post_id": 0, "like_url": f"{_ANY_POST}like/", "liked": liked, "like_count": count}
    return _draw(_template("components/_like_button.html"), context)


@lru_cache(maxsize=4096)
def _comments(language: str, count: int) -> str:
    return _draw(_template("components/_comment_count.html"), {"count": count}).strip()


@lru_cache(maxsize=256)
def _menu(
    language: str, is_featured: bool, is_pinned: bool, can_edit: bool, can_delete: bool, can_moderate: bool
) -> str:
    post = {"get_absolute_url": _ANY_POST, "is_featured": is_featured, "is_pinned": is_pinned}
    rights = {"can_edit": can_edit, "can_delete": can_delete, "can_moderate": can_moderate}
    return _draw(_template("components/_post_menu.html"), {"post": post, **rights})


def _template(name: str) -> Template:
    backend: Any = get_template(name)
    return backend.template


def _draw(template: Template, context: dict[str, Any]) -> str:
    return template.render(Context(context))

"""Post cards as HTML, for pages that show many of them.

Drawing is what a page of posts costs. So a card is drawn once per post, version, language, place and rights, kept with
holes in it (core/parts.py), and the holes are filled for each viewer: how long ago, liked or not, the counts. The key
holds everything else the card shows (nickname, avatar, circle's name), so nothing is ever invalidated: what changes is
found under another key. One SQL query a page, and one Redis round trip for cards this process has not shown lately; two
more of each for cards nobody has seen yet. Polls and events ask for what is the viewer's of them (circles/live.py).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Field,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts import badges
from accounts.models import User
from circles import live, queries, rules
from circles.models import Bookmark, Circle, Like, Membership, Post
from circles.models.authored import kept_badges, shown_name
from circles.models.honor import honor_of
from circles.models.post import PostQuerySet
from core.clock import Clock, clock_of_now
from core.observability import metrics
from core.pagination import Page, cut_page
from core.parts import Cut, Drawings, Part, Pieces, Recent, draw, hole, whole
from core.prepared import Fragment, Prepared, among

if TYPE_CHECKING:
    Person = User | Any

HOLES = {name: hole(name) for name in ("ago", "like", "comments", "live", "keep")}
_drawings = Drawings(most=2000, seconds=24 * 3600)
_alike: Recent[Cut] = Recent(most=2000)
"""(place, row) → the card, which looks the same to all whose row is the same."""


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
    kind: str
    nickname: str
    avatar_id: int | None
    is_author_verified: bool
    circle_name: str
    author_badges: str
    """As the row keeps them (accounts.badges); empty for those who show none."""
    author_mark: str | None = None
    """Role and title in the circle (circles.byline.Mark)."""
    honor: str = ""
    """Level and title of the author there (circles.models.honor)."""
    liked: bool = False
    role: str | None = None
    powers: int | None = None
    membership_state: str | None = None
    silenced_until: datetime | None = None
    gates: str | None = None
    """Of the viewer's own posts the circle's gates, and since when they are a member: whether they may be edited."""
    joined_at: datetime | None = None
    kept_in: int | None = None
    """The folder the viewer keeps it in, 0 for none of them; None where they do not keep it."""


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
    "kind",
)
_OF_OTHERS = {
    "nickname": shown_name(),
    "avatar_id": F("author__avatar_id"),
    "is_author_verified": ExpressionWrapper(Q(author__verified_at__isnull=False), output_field=BooleanField()),
    "circle_name": F("circle__name"),
    "author_badges": kept_badges(),
    # None where the name does not lead to the person; a pseudonym never carries a role.
    "author_mark": Case(
        When(
            author_mask="",
            author_linked=True,
            then=Func(
                F("circle__marks"),
                Cast(F("author_id"), TextField()),
                template="(%(expressions)s)",
                arg_joiner=" ->> ",
                output_field=TextField(),
            ),
        ),
        default=Value(None, output_field=TextField()),
        output_field=TextField(),
    ),
    "honor": honor_of(),
}


class Rights(NamedTuple):
    """What one viewer may do with a post: this decides which entries its menu has."""

    can_edit: bool = False
    can_delete: bool = False
    can_pin: bool = False
    can_feature: bool = False
    can_run: bool = False


_NONE = Rights()


class HtmlCard(NamedTuple):
    """A card ready to be put on the page."""

    post_id: int
    published_at: datetime
    pieces: Pieces

    @property
    def html(self) -> SafeString:
        return whole(self.pieces)


def row_beside(place: str, *, keeps_distance: bool) -> Fragment:
    """The SQL of one `Row`, of the post whose id is the column `place` of a larger statement, for `viewer`. It gives
    none where they may not see it; for who keeps no distance also where there is a view gate: see `load_behind_gates`.
    """

    def query(any_: Any) -> "QuerySet[Any]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
        seen = Post.objects.visible_to(viewer).heard_by(viewer) if keeps_distance else _in_the_open(viewer)
        return rows_of(seen.filter(pk=RawSQL(place, ())), viewer)  # noqa: S611 (a column's name)

    return Fragment(query, "viewer")


def load_rows(ids: list[int], viewer: "Person") -> list[Row]:
    """The rows of those posts among `ids` that the viewer may see, in no order. One SQL query, compiled once; one more
    where some are not in the open."""
    if not viewer.is_authenticated:
        return [Row(*row) for row in rows_of(Post.objects.visible_to(viewer).filter(pk__in=ids), viewer)]
    if viewer.keeps_distance:
        return [Row(*row) for row in _visible_rows(viewer=viewer.pk, ids=ids)]
    rows = [Row(*row) for row in _rows_in_the_open(viewer=viewer.pk, ids=ids)]
    if len(rows) < len(ids):
        rows += load_behind_gates(list(set(ids).difference(row.id for row in rows)), viewer)
    return rows


def load_behind_gates(ids: list[int], viewer: "Person") -> list[Row]:
    """`load_rows` of posts that were not found in the open. One SQL query, compiled once."""
    return [Row(*row) for row in _visible_rows(viewer=viewer.pk, ids=ids)]


def _visible_rows_query(any_: Any) -> "QuerySet[Any]":
    viewer = User.somebody(any_.viewer)
    return rows_of(Post.objects.visible_to(viewer).heard_by(viewer).filter(pk__in=among(any_.ids)), viewer)


def _rows_in_the_open_query(any_: Any) -> "QuerySet[Any]":
    viewer = User.somebody(any_.viewer, keeps_distance=False)
    return rows_of(_in_the_open(viewer).filter(pk__in=among(any_.ids)), viewer)


def _in_the_open(viewer: User) -> PostQuerySet:
    seen: PostQuerySet = Post.objects.visible_in_the_open(viewer)
    return seen


_visible_rows = Prepared(_visible_rows_query, "viewer", "ids")
_rows_in_the_open = Prepared(_rows_in_the_open_query, "viewer", "ids")


def front_page(
    circle: Circle, viewer: "Person", tab: str, *, size: int, rows: list[Row] | None = None
) -> "tuple[list[HtmlCard], Page[HtmlCard]]":
    """(pinned, first page) of a circle that `viewer` was just found to see, as its page shows them. One SQL query,
    compiled once; none where its `rows` were read ahead."""
    if rows is None and viewer.is_authenticated:
        found = _front_rows(tab, size, viewer.keeps_distance)(viewer=viewer.pk, circle=circle.pk)
        rows = [Row._make(row) for row in found]
    elif rows is None:
        rows = [Row(*row) for row in front_rows(circle, viewer, tab, size)]
    # UNION ALL keeps the order within its halves, but nobody promises it.
    rows = sorted(rows, key=attrgetter("published_at", "id"), reverse=True)
    pinned = [row for row in rows if row.is_pinned] if tab == "latest" else []
    page = cut_page([row for row in rows if not row.is_pinned] if pinned else rows, size=size)
    cards = html_cards([*pinned, *page.items], viewer, show_circle=False)
    return cards[: len(pinned)], Page(cards[len(pinned) :], page.next_cursor)


@lru_cache(maxsize=32)
def _front_rows(tab: str, size: int, keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
        return front_rows(Circle(pk=any_.circle), viewer, tab, size)

    return Prepared(query, "viewer", "circle")


def front_rows(circle: "Circle | QuerySet[Any]", viewer: "Person", tab: str, size: int) -> "QuerySet[Any]":
    """One row more than the page, and above the latest the pinned ones; unordered."""
    seen = Post.objects.visible_inside(viewer).filter(circle=circle)
    listed = rows_of(queries.listed(seen, viewer, tab).newest_first(), viewer)[: size + 1]
    if tab != "latest":
        return listed
    pinned = rows_of(queries.on_top(seen), viewer)[: rules.PINNED_MAX]
    return pinned.union(listed, all=True)


def rows_of(posts: PostQuerySet, viewer: "Person") -> "QuerySet[Any]":
    """The queryset (from `visible_to`) with one `Row` a post; ordering, filters and slices may follow."""
    return with_row(posts, viewer).values_list(*_columns(viewer), named=True)


def with_row(posts: PostQuerySet, viewer: "Person") -> PostQuerySet:
    """The posts with all that a `Row` needs; `row_of` takes it from each. `mine` is the viewer's membership."""
    posts = posts.annotate(**_OF_OTHERS)
    if viewer.pk is None:
        return posts
    kept = Bookmark.objects.filter(user_id=viewer.pk, post=OuterRef("pk")).values(at=Coalesce("folder_id", 0))
    return posts.annotate(
        liked=Exists(Like.objects.filter(user_id=viewer.pk, post=OuterRef("pk"))),
        mine=FilteredRelation("circle__memberships", condition=Q(circle__memberships__user_id=viewer.pk)),
        role=F("mine__role"),
        powers=F("mine__powers"),
        membership_state=F("mine__state"),
        silenced_until=F("mine__silenced_until"),
        gates=_of_own(Cast(F("circle__gates"), TextField()), viewer, TextField()),
        joined_at=_of_own(F("mine__joined_at"), viewer, DateTimeField()),
        kept_in=Subquery(kept),
    )


def _of_own(value: Any, viewer: "Person", field: "Field[Any, Any]") -> Case:
    return Case(When(author_id=viewer.pk, then=value), default=Value(None, output_field=field), output_field=field)


def row_of(post: Any, viewer: "Person") -> Row:
    """Of a post loaded `with_row`."""
    return Row(*[getattr(post, name) for name in _columns(viewer)])


def _columns(viewer: "Person") -> tuple[str, ...]:
    return Row._fields if viewer.pk is not None else (*_SHARED, *_OF_OTHERS)


def html_cards(
    rows: Iterable[tuple[Any, ...]],
    viewer: "Person",
    *,
    show_circle: bool = True,
    full: bool = False,
) -> list[HtmlCard]:
    """The cards of rows made by `rows_of`, in their order; `full`: with all of the text. SQL queries: none, or two for
    cards not kept."""
    found = [row if type(row) is Row else Row(*row) for row in rows]
    language, clock = get_language() or "", clock_of_now()
    place = f"{language}:{int(show_circle)}{int(full)}"
    pieces: dict[int, Pieces] = {}
    rest = []
    for row in found:
        cut = _alike.get((place, row))
        if cut is None:
            rest.append(row)
        else:
            pieces[row.id] = cut.pieces({"ago": clock.ago(row.published_at)})
    if rest:
        shown = {"show_circle": show_circle, "full": full, "holes": HOLES, "keep": HOLES["keep"]}
        pieces |= _fill(rest, viewer, _Where(language, place, shown), clock)
    return [HtmlCard(row.id, row.published_at, pieces[row.id]) for row in found if row.id in pieces]


class _Where(NamedTuple):
    """What cards of a page have in common."""

    language: str
    place: str
    shown: dict[str, Any]
    """For their template."""


def _fill(rows: list[Row], viewer: "Person", where: _Where, clock: Clock) -> dict[int, Pieces]:
    """The cards of posts that are still there. Those that look the same to all whose row is the same are kept."""
    rights = {row.id: _rights(row, viewer) for row in rows if _may_have_rights(row, viewer.pk)}
    keys = {row.id: _key(row, where.place, rights.get(row.id, _NONE)) for row in rows}

    def draw_missing(ids: list[int]) -> dict[int, str]:
        metrics.FEED_MISSES.add(len(ids), what="card")
        found = Post.objects.filter(pk__in=ids).for_cards()
        may = {post.pk: rights.get(post.pk, _NONE)._asdict() for post in found}
        return {
            post.pk: draw("components/_post_card.html", {"post": post, **where.shown, **may[post.pk]}) for post in found
        }

    drawn = _drawings.get(keys, draw_missing)
    alive = [(row.id, row.kind) for row in rows if row.kind in live.KINDS]
    blocks = live.blocks(alive, viewer) if alive else {}
    pieces: dict[int, Pieces] = {}
    for row in rows:
        if (cut := drawn.get(row.id)) is None:
            continue
        values: dict[str, Any] = {
            "like": _like(where.language, row.id, row.liked, row.like_count),
            "comments": _comments(where.language, row.comment_count),
            "live": blocks.get(row.id, _NOTHING),
            "keep": _keep(where.language, row.id, row.kept_in),
        }
        # What hangs on who looks (rights, votes) and on today (badges run out) is of this page alone.
        if row.id not in rights and row.kind not in live.KINDS and not row.author_badges:
            cut = cut.filled(values)
            _alike.keep((where.place, row), cut)
        pieces[row.id] = cut.pieces({**values, "ago": clock.ago(row.published_at)})
    return pieces


def joined(cards: Iterable[HtmlCard]) -> Pieces:
    """The cards one below the other."""
    return [piece for card in cards for piece in card.pieces]


def stacked(cards: Iterable[HtmlCard], next_url: str | None) -> Pieces:
    """The cards, and the way to the next page or a closing line."""
    return joined(cards) + (_more.pieces(url=next_url) if next_url else _end.pieces(url="", end=True))


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


def _key(row: Row, place: str, rights: Rights) -> str:
    """Everything the card shows but for its holes. The circle's name, which may hold anything, comes last."""
    author = f"{row.nickname}:{row.avatar_id}:{row.is_author_verified}:{row.honor}"
    if row.author_badges:
        # As of now: a badge whose fact has run out is under another key, though nobody wrote anything.
        shown = badges.shown(json.loads(row.author_badges), in_circles=True)
        author += "".join(f":{badge.kind}={badge.value}={badge.name}={badge.name_en}" for badge in shown)
    if row.author_mark:
        author += f":{row.author_mark}"
    return f"card:{row.id}:{row.version}:{place}:{_digits(rights)}:{author}:{row.circle_name}"


@lru_cache
def _digits(rights: Rights) -> str:
    return "".join("01"[right] for right in rights)


def _may_have_rights(row: Row, viewer_id: int | None) -> bool:
    """The rules say no to all but the author and the circle's staff; `role` is a stranger's None."""
    return row.author_id == viewer_id or row.role not in (None, "member")


def _rights(row: Row, viewer: "Person") -> Rights:
    """As the rules say."""
    post = Post(id=row.id, circle_id=row.circle_id, author_id=row.author_id)
    membership = None
    if row.role is not None and row.membership_state is not None:
        membership = Membership(
            circle_id=row.circle_id,
            user_id=viewer.pk,
            role=row.role,
            powers=row.powers,
            state=row.membership_state,
            silenced_until=row.silenced_until,
        )
        if row.joined_at is not None:
            membership.joined_at = row.joined_at
    circle = None
    if row.gates not in (None, "{}"):
        circle = Circle(id=row.circle_id, gates=json.loads(row.gates or ""))
    return Rights(
        bool(rules.can_edit(viewer, post, membership, circle)),
        bool(rules.can_delete(viewer, post, membership)),
        bool(rules.can_pin(viewer, membership)),
        bool(rules.can_feature(viewer, membership)),
        bool(rules.can_run(viewer, post)),
    )


_NOTHING: Pieces = []
_more = Part("components/_load_more.html", holes=("url",))
_end = Part("components/_load_more.html", kept=("url", "end"))
_keep_item = Part("components/_keep_item.html", kept=("is_kept",), holes=("url", "kept_url"))
_like_button = Part("components/_like_button.html", kept=("liked", "like_count"), holes=("post_id", "like_url"))


@lru_cache(maxsize=4096)
def _keep(language: str, post_id: int, kept_in: int | None) -> Pieces:
    kept_url = f"/me/saved/?folder={kept_in}" if kept_in else "/me/saved/"
    html = _keep_item(is_kept=kept_in is not None, url=f"/posts/{post_id}/", kept_url=kept_url)
    return [html.encode()]


@lru_cache(maxsize=1024)
def _comments(language: str, count: int) -> Pieces:
    return [draw("components/_comment_count.html", {"count": count}).strip().encode()]


@lru_cache(maxsize=4096)
def _like(language: str, post_id: int, liked: bool, count: int) -> Pieces:
    html = _like_button(liked=liked, like_count=count, post_id=post_id, like_url=f"/posts/{post_id}/like/")
    return [html.encode()]

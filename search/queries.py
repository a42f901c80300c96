"""What is found, ready for pages and the API, each with a fixed number of SQL queries (noted as "queries: n").

Who may see a row is asked once more of `visible_to` whenever one searches, so what was deleted, hidden or closed off a
moment ago is gone, whatever the index still holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Reach, User, is_muted
from accounts.queries import not_apart_from
from circles.models import Circle, CircleState, Comment, Membership, Post, Topic
from circles.queries import CircleCard, PostCard, circle_cards, post_cards, with_pictures
from core.pagination import Page, decode_cursor, encode_cursor
from core.text.render import plain
from merchants.models import Merchant, MerchantState
from merchants.queries import MerchantCard
from merchants.queries import cards as merchant_cards
from merchants.queries import with_pictures as with_logos
from search.documents import words_of
from search.engine import Ask, Found, Index, Order, engine, tag
from search.highlights import Piece, pieces, snippet
from search.pinyin import spelled
from search.words import Words, names

if TYPE_CHECKING:
    Viewer = User | Any

T = TypeVar("T")

SINCE = {"day": 1, "week": 7, "month": 31, "year": 366}
"""How far back one may ask to look, in days."""
NAMES_MAX = 200
"""Circles, people and merchants are listed up to so many; more than that is no answer."""
MY_CIRCLES_MAX = 300


@dataclass(frozen=True)
class Filters:
    """What is asked for besides words."""

    circle: Circle | None = None
    author: User | None = None
    """Finds what stands under their own name alone, never what they wrote under a pseudonym."""
    kind: str = ""
    since: str = ""
    with_photos: bool = False
    featured: bool = False
    mine: bool = False
    """In circles the viewer is a member of."""
    order: Order = Order.BEST


@dataclass(frozen=True)
class PostHit:
    """A post that fits, with the place where it does."""

    post: Post
    title: list[Piece]
    snippet: list[Piece]


@dataclass(frozen=True)
class CommentHit:
    """A floor or a reply that fits. `comment.post` is the post with its circle."""

    comment: Comment
    snippet: list[Piece]


@dataclass(frozen=True)
class Overview:
    """The first of everything."""

    circles: list[CircleCard] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    merchants: list[MerchantCard] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)


# --- Posts and comments --------------------------------------------------------------------------


def posts(
    viewer: "Viewer",
    words: Words,
    filters: Filters,
    cursor: str | None = None,
    *,
    size: int = 20,
    any_word: bool = False,
) -> Page[PostHit]:
    """Posts that hold all the words, or any of them. Queries: 3, and one for the viewer's own circles."""
    ask = _ask(viewer, words, filters, cursor, size, any_word)
    found = engine().find(Index.POSTS, ask, _visible_posts(viewer, filters))
    rows = {post.pk: post for post in Post.objects.filter(pk__in=found.ids).for_cards()} if found.ids else {}
    hits = [_post_hit(post, words) for post in _in_order(found, rows) if any_word or _still_fits(post, words)]
    return Page(hits, found.next_cursor)


def comments(
    viewer: "Viewer", words: Words, filters: Filters, cursor: str | None = None, *, size: int = 20
) -> Page[CommentHit]:
    """Floors and replies that hold all the words. Queries: 2, and one for the viewer's own circles."""
    visible = Comment.objects.visible_to(viewer)
    if filters.author is not None:
        visible = visible.filter(author=filters.author, author_mask="", author_linked=True)
    elif viewer.pk is not None:
        visible = visible.exclude(is_muted(viewer.pk, "author_id"), author_mask="")
    found = engine().find(Index.COMMENTS, _ask(viewer, words, filters, cursor, size), visible)
    loaded = Comment.objects.filter(pk__in=found.ids).select_related("author__avatar", "author_face", "post__circle")
    rows = {comment.pk: comment for comment in loaded} if found.ids else {}
    hits = [CommentHit(row, snippet(plain(row.body_html), words)) for row in _in_order(found, rows)]
    return Page(hits, found.next_cursor)


def cards_of(hits: Iterable[PostHit], viewer: "Viewer") -> list[PostCard]:
    """What the viewer may do with the posts. Queries: 2."""
    return post_cards([hit.post for hit in hits], viewer)


def _ask(
    viewer: "Viewer", words: Words, filters: Filters, cursor: str | None, size: int, any_word: bool = False
) -> Ask:
    tags: list[tuple[str, ...]] = []
    if filters.circle is not None:
        tags.append((tag("circle", filters.circle.pk),))
    if filters.author is not None:
        tags.append((tag("author", filters.author.pk),))
    if filters.kind:
        tags.append((tag("kind", filters.kind),))
    if filters.with_photos:
        tags.append((tag("photos"),))
    if filters.featured:
        tags.append((tag("featured"),))
    if filters.mine and viewer.pk is not None:
        mine = Membership.objects.active().filter(user_id=viewer.pk).order_by("-joined_at")
        ids = mine.values_list("circle_id", flat=True)[:MY_CIRCLES_MAX]
        tags.append(tuple(tag("circle", pk) for pk in ids) or (tag("circle", 0),))
    return Ask(words, any_word, tuple(tags), _since(filters.since), filters.order, cursor, size)


def _since(name: str) -> datetime | None:
    return timezone.now() - timedelta(days=SINCE[name]) if name in SINCE else None


def _visible_posts(viewer: "Viewer", filters: Filters) -> "QuerySet[Post]":
    """Muted people are not heard of, unless one asks for them by name."""
    visible = Post.objects.visible_to(viewer)
    if filters.featured:
        visible = visible.filter(is_featured=True)
    if filters.author is None:
        return visible.heard_by(viewer)
    return visible.filter(author=filters.author, author_mask="", author_linked=True)


def _in_order(found: Found, rows: dict[int, T]) -> list[T]:
    return [rows[pk] for pk in found.ids if pk in rows]


def _still_fits(post: Post, words: Words) -> bool:
    """What was edited a moment ago may still be found by words that are no longer there."""
    return post.edited_at is None or words.fit(f"{post.title}\n{words_of(post)}") or post.kind in ("poll", "event")


def _post_hit(post: Post, words: Words) -> PostHit:
    return PostHit(post, pieces(post.title, words), snippet(words_of(post), words))


# --- Circles, people, merchants ------------------------------------------------------------------


def circles(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[CircleCard]:
    """Circles the viewer may know of, by name, number, pinyin or initials. Queries: 3."""
    findable = Circle.objects.findable_by(viewer).order_by("-member_count", "-id")
    ids, following = _named(Index.CIRCLES, typed, findable, cursor, size)
    rows = with_pictures(Circle.objects.filter(pk__in=ids)) if ids else []
    return Page(_sorted(circle_cards(list(rows), viewer), ids, lambda card: card.circle.pk), following)


def people(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[User]:
    """People who let themselves be found by the viewer, by nickname. Queries: 2."""
    ids, following = _named(Index.PEOPLE, typed, findable_people(viewer).order_by("-last_seen_at", "-id"), cursor, size)
    rows = User.objects.filter(pk__in=ids).select_related("avatar") if ids else []
    return Page(_sorted(rows, ids, lambda person: person.pk), following)


def merchants(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[MerchantCard]:
    """Verified merchants by name. Queries: 3."""
    open_ones = Merchant.objects.visible_to(viewer).filter(state=MerchantState.VERIFIED).order_by("-fan_count", "-id")
    ids, following = _named(Index.MERCHANTS, typed, open_ones, cursor, size)
    rows = with_logos(Merchant.objects.filter(pk__in=ids)) if ids else []
    return Page(_sorted(merchant_cards(list(rows), viewer), ids, lambda card: card.merchant.pk), following)


def topics(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[Topic]:
    """Topics of circles the viewer may see, with their circle. Queries: 2."""
    visible = Topic.objects.visible_to(viewer).order_by("-post_count", "-id")
    ids, following = _named(Index.TOPICS, typed.strip("#＃"), visible, cursor, size)
    rows = Topic.objects.filter(pk__in=ids).select_related("circle") if ids else []
    return Page(_sorted(rows, ids, lambda topic: topic.pk), following)


def findable_people(viewer: "Viewer") -> "QuerySet[User]":
    """Who may be found by name: not by visitors, not across a block, not who wants to be reached by nobody; and only by
    people of their circles who wants that, or is a child. A circle of pseudonyms tells nothing of who is in it.
    """
    if viewer.pk is None:
        return User.objects.none()
    theirs = Membership.objects.active().filter(
        user_id=OuterRef("pk"), circle__state=CircleState.OPEN, circle__masks_authors=False
    )
    shared = theirs.filter(circle__in=Membership.objects.active().filter(user_id=viewer.pk).values("circle"))
    anybody = Q(reach=Reach.EVERYONE, child_until=None)
    found: QuerySet[User] = not_apart_from(viewer.pk).filter(closing_at=None)
    return found.filter(Q(pk=viewer.pk) | anybody | (~Q(reach=Reach.NOBODY) & Exists(shared)))


def overview(viewer: "Viewer", typed: str) -> Overview:
    """The first circles, people, merchants and topics of that name. Queries: up to 10."""
    return Overview(
        circles(viewer, typed, size=3).items,
        people(viewer, typed, size=3).items,
        merchants(viewer, typed, size=2).items,
        topics(viewer, typed, size=4).items,
    )


def suggestions(viewer: "Viewer", typed: str) -> Overview:
    """What may be meant while somebody types. Queries: up to 6."""
    findable = Circle.objects.findable_by(viewer).order_by("-member_count", "-id")
    ids, _more = _named(Index.CIRCLES, typed, findable, None, 5)
    rows = with_pictures(Circle.objects.filter(pk__in=ids)) if ids else []
    found = _sorted([CircleCard(circle) for circle in rows], ids, lambda card: card.circle.pk)
    return Overview(found, people(viewer, typed, size=3).items, topics=topics(viewer, typed, size=3).items)


def meant(viewer: "Viewer", typed: str) -> str:
    """The name of a circle that sounds like what was typed and is written otherwise, or "". Queries: 2."""
    sound = spelled(typed)
    if not sound:
        return ""
    findable = Circle.objects.findable_by(viewer).order_by("-member_count", "-id")
    ids = engine().find_names(Index.CIRCLES, names(sound), findable, most=1)
    return "".join(Circle.objects.filter(pk__in=ids).values_list("name", flat=True)) if ids else ""


def _named(
    index: Index, typed: str, visible: "QuerySet[Any]", cursor: str | None, size: int
) -> tuple[list[int], str | None]:
    """One page of ids, and the cursor that continues: how many came before."""
    place = decode_cursor(cursor, kinds=(int,))
    offset = min(place[0], NAMES_MAX) if place else 0
    ids = engine().find_names(index, names(typed), visible, most=offset + size + 1)[offset:]
    is_more = len(ids) > size and offset + size < NAMES_MAX
    return ids[:size], encode_cursor(offset + size) if is_more else None


def _sorted(rows: Iterable[T], ids: list[int], key: Callable[[T], int]) -> list[T]:
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: place[key(row)])

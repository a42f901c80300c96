"""What is found, ready for pages and the API, each with a fixed number of SQL queries (noted as "queries: n").

Who may see a row is asked once more of `visible_to` whenever one searches, so what was deleted, hidden or closed off a
moment ago is gone, whatever the index still holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils import timezone

from accounts.models import User
from circles.models import Circle, Comment, Membership, Post, PostPhoto, Topic
from circles.queries import CircleCard, PostCard, memberships_in, post_cards, put_photos, with_pictures
from core.pagination import Page, decode_cursor, encode_cursor
from core.prepared import Prepared, among, is_any_of
from core.text.render import plain
from merchants.models import Merchant
from merchants.queries import MerchantCard
from merchants.queries import cards as merchant_cards
from merchants.queries import with_pictures as with_logos
from search import seen
from search.documents import words_of
from search.engine import Ask, Found, Index, Order, Seen, engine, tag
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
    rule = seen.posts(viewer, circle=filters.circle, author=filters.author, featured=filters.featured)
    found = engine().find(Index.POSTS, ask, rule)
    rows = {post.pk: post for post in _loaded_posts(found.ids)}
    hits = [_post_hit(post, words) for post in _in_order(found, rows) if any_word or _still_fits(post, words)]
    return Page(hits, found.next_cursor)


def comments(
    viewer: "Viewer", words: Words, filters: Filters, cursor: str | None = None, *, size: int = 20
) -> Page[CommentHit]:
    """Floors and replies that hold all the words. Queries: 2, and one for the viewer's own circles."""
    rule = seen.comments(viewer, author=filters.author)
    found = engine().find(Index.COMMENTS, _ask(viewer, words, filters, cursor, size), rule)
    rows = {comment.pk: comment for comment in _comment_rows.instances(ids=found.ids)} if found.ids else {}
    hits = [CommentHit(row, snippet(plain(row.body_html), words)) for row in _in_order(found, rows)]
    return Page(hits, found.next_cursor)


def _loaded_posts(ids: list[int]) -> list[Any]:
    """Each with all that a card shows. Queries: 2, none for none."""
    if not ids:
        return []
    rows = _post_rows.instances(ids=ids)
    put_photos(rows, _photo_rows.instances(ids=ids))
    return rows


_post_rows = Prepared(
    lambda any_: Post.objects.filter(is_any_of("pk", any_.ids)).for_cards().prefetch_related(None),
    "ids",
)
_photo_rows = Prepared(
    lambda any_: PostPhoto.objects.filter(post_id__in=among(any_.ids)).select_related("picture"),
    "ids",
)
_comment_rows = Prepared(
    lambda any_: Comment.objects.filter(is_any_of("pk", any_.ids)).select_related(
        "author__avatar", "author_face", "post__circle"
    ),
    "ids",
)


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
    ids, following = _named(Index.CIRCLES, typed, seen.circles(viewer), cursor, size)
    rows = _circle_rows.instances(ids=ids) if ids else []
    mine = memberships_in(ids, viewer)
    cards = [CircleCard(circle, mine.get(circle.pk)) for circle in rows]
    return Page(_sorted(cards, ids, lambda card: card.circle.pk), following)


def people(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[User]:
    """People who let themselves be found by the viewer, by nickname. Queries: 2, none for visitors."""
    if viewer.pk is None:
        return Page([])
    ids, following = _named(Index.PEOPLE, typed, seen.people(viewer), cursor, size)
    rows = _people_rows.instances(ids=ids) if ids else []
    return Page(_sorted(rows, ids, lambda person: person.pk), following)


def merchants(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[MerchantCard]:
    """Verified merchants by name. Queries: 3."""
    ids, following = _named(Index.MERCHANTS, typed, seen.merchants(viewer), cursor, size)
    rows = _merchant_rows.instances(ids=ids) if ids else []
    return Page(_sorted(merchant_cards(rows, viewer), ids, lambda card: card.merchant.pk), following)


def topics(viewer: "Viewer", typed: str, cursor: str | None = None, *, size: int = 20) -> Page[Topic]:
    """Topics of circles the viewer may see, with their circle. Queries: 2."""
    ids, following = _named(Index.TOPICS, typed.strip("#＃"), seen.topics(viewer), cursor, size)
    rows = _topic_rows.instances(ids=ids) if ids else []
    return Page(_sorted(rows, ids, lambda topic: topic.pk), following)


_circle_rows = Prepared(lambda any_: with_pictures(Circle.objects.filter(is_any_of("pk", any_.ids))), "ids")
_people_rows = Prepared(lambda any_: User.objects.filter(pk__in=among(any_.ids)).select_related("avatar"), "ids")
_merchant_rows = Prepared(lambda any_: with_logos(Merchant.objects.filter(is_any_of("pk", any_.ids))), "ids")
_topic_rows = Prepared(lambda any_: Topic.objects.filter(pk__in=among(any_.ids)).select_related("circle"), "ids")


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
    ids, _more = _named(Index.CIRCLES, typed, seen.circles(viewer), None, 5)
    rows = _circle_rows.instances(ids=ids) if ids else []
    found = _sorted([CircleCard(circle) for circle in rows], ids, lambda card: card.circle.pk)
    return Overview(found, people(viewer, typed, size=3).items, topics=topics(viewer, typed, size=3).items)


def meant(viewer: "Viewer", typed: str) -> str:
    """The name of a circle that sounds like what was typed and is written otherwise, or "". Queries: 2."""
    sound = spelled(typed)
    if not sound:
        return ""
    ids = engine().find_names(Index.CIRCLES, names(sound), seen.circles(viewer), most=1)
    return "".join(Circle.objects.filter(pk__in=ids).values_list("name", flat=True)) if ids else ""


def _named(index: Index, typed: str, rule: Seen, cursor: str | None, size: int) -> tuple[list[int], str | None]:
    """One page of ids, and the cursor that continues: how many came before."""
    place = decode_cursor(cursor, kinds=(int,))
    offset = min(place[0], NAMES_MAX) if place else 0
    ids = engine().find_names(index, names(typed), rule, most=offset + size + 1)[offset:]
    is_more = len(ids) > size and offset + size < NAMES_MAX
    return ids[:size], encode_cursor(offset + size) if is_more else None


def _sorted(rows: Iterable[T], ids: list[int], key: Callable[[T], int]) -> list[T]:
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: place[key(row)])

"""Floors and the replies in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber

from circles.models import Comment, Post, Publication
from circles.models.honor import honor_of
from circles.quotes import attach_quotes
from core.pagination import Page, cut_page, decode_cursor, keyset_page

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


ORDERS = ("oldest", "newest", "best")
"""Of floors."""
FLOORS_PER_PAGE = 20
REPLIES_SHOWN = 3
"""Replies shown in a floor before it is opened."""
REPLIES_PER_PAGE = 50


@dataclass(frozen=True)
class Floor:
    """A floor with its first replies. A floor that is gone but was answered is here with its words taken out."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)
    reply_count: int = 0

    @property
    def more_count(self) -> int:
        """Replies not among `replies`."""
        return self.reply_count - len(self.replies)

    @property
    def opens_in_place(self) -> bool:
        """Can all replies be brought at once? Else they have a page of their own."""
        return self.reply_count <= REPLIES_PER_PAGE

    @property
    def more_url(self) -> str:
        url = f"/comments/{self.comment.pk}/"
        return url if self.opens_in_place else f"{url}replies/"


def floors(
    post: Post,
    viewer: "Person",
    cursor: str | None = None,
    *,
    size: int = FLOORS_PER_PAGE,
    order: str = "oldest",
    only_author: bool = False,
) -> Page[Floor]:
    """Floors of a post the viewer may see, each with its first replies. Queries: 2, or 3 where somebody quotes.

    `order` is one of ORDERS: from the first on, from the last back, or the warmest first (docs/floors.md).
    `only_author`: those that the post's author wrote and that are still there.
    """
    rows = _floor_rows(post.pk, viewer)
    if only_author:
        rows = rows.filter(author_id=post.author_id, state=Publication.PUBLISHED)
    if order == "best":
        page = _warmest(rows, cursor, size)
    else:
        page = keyset_page(rows, keys=("-floor" if order == "newest" else "floor",), cursor=cursor, size=size)
    return page.map(lambda rows: under(post, _floors(rows, viewer)))


def under(post: Post, floors: list[Floor]) -> list[Floor]:
    """The floors knowing the post they stand under, and by that the circle whose roles their writers have."""
    for found in floors:
        for comment in (found.comment, *found.replies):
            comment.post = post
    return floors


def _warmest(rows: "QuerySet[Comment]", cursor: str | None, size: int) -> Page[Comment]:
    """Of equally warm ones the earlier floor goes first; so the two keys run against each other."""
    start = decode_cursor(cursor, kinds=(int, int))
    ordered = rows.order_by("-warmth", "floor")
    if start is not None:
        ordered = ordered.filter(warmth__lte=start[0]).filter(
            Q(warmth__lt=start[0]) | Q(warmth=start[0], floor__gt=start[1])
        )
    return cut_page(list(ordered[: size + 1]), keys=("warmth", "floor"), size=size)


def floor(comment: Comment, viewer: "Person") -> Floor | None:
    """The floor that `comment` is or stands in, opened: with its replies up to REPLIES_PER_PAGE. Queries: 2."""
    number = comment.parent_id or comment.pk
    rows = list(_floor_rows(comment.post_id, viewer).filter(pk=number))
    return _floors(rows, viewer, shown=REPLIES_PER_PAGE)[0] if rows else None


def floors_page_with(post: Post, viewer: "Person", number: int, *, size: int = FLOORS_PER_PAGE) -> Page[Floor]:
    """The page that begins at floor `number`, for links to one comment. Queries: 2, or 3 where somebody quotes."""
    start = number if 0 < number < 2**31 else 0
    page = keyset_page(_floor_rows(post.pk, viewer).filter(floor__gte=start), keys=("floor",), size=size)
    return page.map(lambda rows: under(post, _floors(rows, viewer)))


def replies(
    parent: Comment, viewer: "Person", cursor: str | None = None, *, size: int = REPLIES_PER_PAGE
) -> Page[Comment]:
    """All replies in a floor, the oldest first. Queries: 1, or 2 where somebody quotes."""
    page = keyset_page(_reply_rows(viewer).filter(parent=parent), keys=("id",), cursor=cursor, size=size)
    attach_quotes(page.items, viewer)
    return page


def visible_floors(viewer: "Person") -> "QuerySet[Comment]":
    """The published floors, and the places of those that are gone. For posts this viewer may see."""
    return Comment.objects.unblocked(viewer).filter(floor__isnull=False)


def floors_under(post_id: int, viewer: "Person") -> "QuerySet[Comment]":
    """The visible floors of a post that this viewer was just found to see; unordered."""
    return visible_floors(viewer).filter(post_id=post_id)


def without_words(comment: Comment) -> Comment:
    """The comment, its words taken out if it is gone, so that no template can show them."""
    if not comment.is_published:
        comment.body = comment.body_html = ""
    return comment


def _floor_rows(post_id: int, viewer: "Person") -> "QuerySet[Comment]":
    visible = Post.objects.visible_to(viewer).filter(pk=post_id)
    floors = visible_floors(viewer).filter(post__in=visible).annotate(honor=honor_of(circle="post__circle"))
    return floors.select_related("author__avatar", "author_face", "picture")


def _reply_rows(viewer: "Person") -> "QuerySet[Comment]":
    replies = Comment.objects.visible_to(viewer).annotate(honor=honor_of(circle="post__circle"))
    return replies.select_related("author__avatar", "author_face", "reply_to", "picture")


def first_reply_rows(
    replies: "QuerySet[Comment]", floor_ids: "Iterable[int] | RawSQL", *, shown: int = REPLIES_SHOWN
) -> "QuerySet[Comment]":
    """The first `shown` of these replies in each of the floors, each knowing as `reply_count` how many there are."""
    in_floor = Window(RowNumber(), partition_by=F("parent_id"), order_by=F("id").asc())
    return (
        replies.filter(parent_id__in=floor_ids)
        .annotate(number=in_floor, reply_count=Window(Count("id"), partition_by=F("parent_id")))
        .filter(number__lte=shown)
        .order_by("parent_id", "id")
    )


def first_replies(
    floor_ids: Iterable[int], viewer: "Person", *, shown: int = REPLIES_SHOWN
) -> dict[int, list[Comment]]:
    """Floor id → its first replies. Queries: 1."""
    rows = first_reply_rows(_reply_rows(viewer), list(floor_ids), shown=shown)
    found: dict[int, list[Comment]] = {}
    for row in rows:
        found.setdefault(row.parent_id or 0, []).append(row)
    return found


def _floors(rows: Sequence[Comment], viewer: "Person", *, shown: int = REPLIES_SHOWN) -> list[Floor]:
    answers = first_replies((row.pk for row in rows), viewer, shown=shown) if rows else {}
    attach_quotes([*rows, *(reply for replies in answers.values() for reply in replies)], viewer)
    return [_floor(row, answers.get(row.pk, [])) for row in rows]


def _floor(row: Comment, shown: list[Comment]) -> Floor:
    count = shown[0].reply_count if shown else 0  # type: ignore[attr-defined]
    return Floor(without_words(row), shown, count)

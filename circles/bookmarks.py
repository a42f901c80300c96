"""Reading what somebody keeps."""

from typing import TYPE_CHECKING

from django.db.models import Count

from circles.cards import Html, HtmlCard
from circles.models import Bookmark, BookmarkFolder, Post
from core.pagination import Page, keyset_page

if TYPE_CHECKING:
    from accounts.models import User

SHAPE = Html()


class Kept:
    """Something kept, with the card of its post; None where that is gone or not for them any more."""

    def __init__(self, bookmark: Bookmark, card: HtmlCard | None) -> None:
        self.bookmark, self.card = bookmark, card


def kept_page(user: "User", folder: BookmarkFolder | None, cursor: str | None, *, size: int) -> Page[Kept]:
    """What was kept last first. Queries: 2, or 4 where cards are not in the cache."""
    rows = Bookmark.objects.filter(user=user)
    if folder is not None:
        rows = rows.filter(folder=folder)
    page = keyset_page(rows, keys=("-created_at", "-id"), cursor=cursor, size=size)

    def with_cards(found: list[Bookmark]) -> list[Kept]:
        posts = Post.objects.visible_to(user).filter(pk__in=[row.post_id for row in found])
        seen = SHAPE.make(list(SHAPE.load(posts, user)), user)
        cards = {card.post_id: card for card in seen}
        return [Kept(row, cards.get(row.post_id)) for row in found]

    return page.map(with_cards)


def bookmark_of(user: "User", post_id: int) -> Bookmark | None:
    """Where the person keeps this post. Queries: 1."""
    return Bookmark.objects.filter(user=user, post=post_id).select_related("folder").first()


def folders_of(user: "User") -> "list[BookmarkFolder]":
    """Each with how many lie in it, as `count`. Queries: 1."""
    return list(BookmarkFolder.objects.filter(user=user).annotate(count=Count("bookmarks")))

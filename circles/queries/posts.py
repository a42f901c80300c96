"""Lists of posts: of a circle, of a person, and what is worth reading."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from circles.models import Circle, Post, PostKind
from circles.models.post import PostQuerySet
from circles.queries.cards import FULL, Shape
from core.pagination import Page, keyset_page

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


TABS = ("latest", "featured", "announcements")
POSTS_COUNTED = 1000
"""A profile counts posts no further."""
GOOD_POSTS_DAYS = 60
GOOD_POSTS_OUT_OF = 300
"""Good posts are picked from this many of the newest, so that the price does not grow with the community."""
GOOD_POSTS_PER_CIRCLE = 2


def posts_in(circle: Circle, viewer: "Person", tab: str = "latest") -> "PostQuerySet":
    """Posts of the circle the viewer may see, unordered. An unknown tab is the latest."""
    return _in_tab(Post.objects.visible_to(viewer).filter(circle=circle), tab)


def _in_tab(posts: "PostQuerySet", tab: str) -> "PostQuerySet":
    if tab == "featured":
        return posts.filter(is_featured=True)
    if tab == "announcements":
        return posts.filter(kind=PostKind.ANNOUNCEMENT)
    return posts


def circle_posts(
    circle: Circle,
    viewer: "Person",
    tab: str = "latest",
    cursor: str | None = None,
    *,
    size: int = 20,
    shape: Shape[Any] = FULL,
) -> Page[Any]:
    """A page of the circle, the newest first; the latest without the pinned ones, see `kept_on_top`."""
    return card_page(listed_posts(circle, viewer, tab), viewer, cursor, size=size, shape=shape)


def listed_posts(circle: Circle, viewer: "Person", tab: str) -> "PostQuerySet":
    """What a tab lists, unordered. The latest go without the pinned ones, which stand above them."""
    return listed(Post.objects.visible_to(viewer).filter(circle=circle), viewer, tab)


def listed(seen: "PostQuerySet", viewer: "Person", tab: str) -> "PostQuerySet":
    """The same of posts of one circle that the viewer may see."""
    posts = _in_tab(seen, tab).heard_by(viewer)
    return posts if tab in ("featured", "announcements") else posts.filter(is_pinned=False)


def card_page(
    posts: "PostQuerySet", viewer: "Person", cursor: str | None, *, size: int = 20, shape: Shape[Any] = FULL
) -> Page[Any]:
    """A page of cards of a queryset that starts from `visible_to`, the newest first."""
    page = keyset_page(shape.load(posts, viewer), cursor=cursor, size=size)
    return page.map(lambda rows: shape.make(rows, viewer))


def kept_on_top(circle: Circle, viewer: "Person") -> "PostQuerySet":
    """What the circle's staff keeps above the latest, the newest first; at most PINNED_MAX by their action."""
    return on_top(posts_in(circle, viewer))


def on_top(seen: "PostQuerySet") -> "PostQuerySet":
    """The same of posts of one circle that the viewer may see."""
    return seen.filter(is_pinned=True).newest_first()


def open_posts_of(person: "User", viewer: "Person") -> "PostQuerySet":
    """What they published and what leads to their profile: neither under a pseudonym or a nickname that is not
    linked, nor in the name of a merchant; unordered."""
    posts: PostQuerySet = Post.objects.visible_to(viewer).filter(author=person, author_mask="", author_linked=True)
    return posts.exclude(kind=PostKind.ANNOUNCEMENT)


def counted_posts(person: "User", viewer: "Person") -> int:
    """How many of them the viewer may see, up to POSTS_COUNTED. Queries: 1."""
    return open_posts_of(person, viewer)[:POSTS_COUNTED].count()


def person_posts(
    person: "User", viewer: "Person", cursor: str | None = None, *, size: int = 20, shape: Shape[Any] = FULL
) -> Page[Any]:
    """What `person` published, the newest first; to others without what does not lead to their profile."""
    posts: PostQuerySet = Post.objects.visible_to(viewer).filter(author=person)
    if viewer.pk != person.pk:
        posts = open_posts_of(person, viewer)
    return card_page(posts, viewer, cursor, size=size, shape=shape)


def featured_posts(viewer: "Person") -> "PostQuerySet":
    """Featured posts of all circles among those of the last GOOD_POSTS_DAYS, unordered: what a site-wide feed lists."""
    since = timezone.now() - timedelta(days=GOOD_POSTS_DAYS)
    posts: PostQuerySet = Post.objects.visible_to(viewer).filter(is_featured=True, published_at__gte=since)
    return posts


def good_posts(viewer: "Person", limit: int = 10, *, shape: Shape[Any] = FULL) -> list[Any]:
    """Recent featured and liked posts, few from one circle: something worth reading for a newcomer."""
    since = timezone.now() - timedelta(days=GOOD_POSTS_DAYS)
    newest = (
        Post.objects.visible_to(viewer)
        .filter(published_at__gte=since)
        .newest_first()
        .values_list("pk", "circle_id", "is_featured", "like_count")[:GOOD_POSTS_OUT_OF]
    )
    chosen: list[int] = []
    taken: dict[int, int] = {}
    for pk, circle_id, _featured, _likes in sorted(newest, key=lambda row: (row[2], row[3], row[0]), reverse=True):
        if taken.get(circle_id, 0) < GOOD_POSTS_PER_CIRCLE:
            taken[circle_id] = taken.get(circle_id, 0) + 1
            chosen.append(pk)
        if len(chosen) == limit:
            break
    place = {pk: number for number, pk in enumerate(chosen)}
    cards = shape.make(shape.pick(chosen, viewer), viewer)
    return sorted(cards, key=lambda card: place[card.post_id])

"""What the circle page and the post page begin with, each read by one query compiled once."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Left, NullIf

from accounts.models import User
from circles import cards, queries
from circles.models import Circle, Membership, Post
from circles.models.circle import is_in_the_open
from core.prepared import Prepared

if TYPE_CHECKING:
    Person = User | Any

START_LENGTH = 100
"""Characters of a post that its page's title is made of."""


_HEAD = (
    *("number", "slug", "name", "intro", "rules", "state", "gates", "is_view_gated", "entry", "member_cap", "vacancy"),
    *("masks_authors", "level_titles", "member_count", "post_count", "avatar__key", "cover__key"),
    *("category__name", "category__name_en", "owner__username", "owner__nickname", "owner__verified_at"),
    "owner__avatar__key",
)
"""What the page of a circle shows or asks of it. Whatever else there is would be read when somebody looks at it."""


def circle_head(slug: str, viewer: "Person", *, maybe_open: bool = True) -> queries.CircleCard | None:
    """The circle with what its head shows, and the viewer's membership there; None where they may not see it. Not
    `maybe_open`: it was not found in the open (circles/ahead.py)."""
    if viewer.is_authenticated:
        values = {"slug": slug, "viewer": viewer.pk}
        found = _circles_by_slug(True).instances(**values) if maybe_open else []
        found = found or _circles_by_slug(False).instances(**values)
    else:
        found = list(circles(viewer).filter(slug=slug))
    return as_card(found[0]) if found else None


def as_card(circle: Circle) -> queries.CircleCard:
    """Of a row of `circles`."""
    return queries.CircleCard(circle, getattr(circle, "mine", None))


def circles(viewer: "Person", *, in_the_open: bool = False) -> "QuerySet[Circle]":
    """Those the viewer may see, with what their heads show and the viewer's membership."""
    seen = Circle.objects.filter(is_in_the_open()) if in_the_open else Circle.objects.visible_to(viewer)
    found: QuerySet[Circle] = queries.with_pictures(seen)
    if viewer.pk is None:
        return found.only(*_HEAD)
    mine = FilteredRelation("memberships", condition=Q(memberships__user_id=viewer.pk))
    return found.annotate(mine=mine).select_related("mine").only(*_HEAD)


@lru_cache
def _circles_by_slug(in_the_open: bool) -> Prepared:
    """Nearly all circles are in the open, and found for half the price of asking what a gate lets see."""
    return Prepared(
        lambda any_: circles(User.somebody(any_.viewer), in_the_open=in_the_open).filter(slug=any_.slug),
        "slug",
        "viewer",
    )


class PostHead(NamedTuple):
    """A post without its text, which its card has."""

    post: Post
    row: cards.Row
    start: str
    """The title, or the first characters of the text."""
    membership: Membership | None
    """The viewer's, in the post's circle."""


def post_head(pk: int, viewer: "Person", *, maybe_open: bool = True) -> PostHead | None:
    """The post and what the viewer is to it; None where they may not see it. `maybe_open` as for circles."""
    if viewer.is_authenticated:
        values = {"pk": pk, "viewer": viewer.pk}
        found = _posts_by_id(viewer.keeps_distance, True).instances(**values) if maybe_open else []
        found = found or _posts_by_id(viewer.keeps_distance, False).instances(**values)
    else:
        found = list(posts(viewer).filter(pk=pk))
    return as_head(found[0], viewer) if found else None


def as_head(post: Any, viewer: "Person") -> PostHead:
    """Of a row of `posts`."""
    return PostHead(post, cards.row_of(post, viewer), post.start, getattr(post, "mine", None))


def posts(viewer: "Person", *, in_the_open: bool = False) -> "QuerySet[Post]":
    """Those the viewer may see, without their texts, with what is asked of them and the viewer's membership."""
    seen = Post.objects.visible_in_the_open(viewer) if in_the_open else Post.objects.visible_to(viewer)
    start = Left(Coalesce(NullIf("title", Value("")), "body"), START_LENGTH)
    found = cards.with_row(seen, viewer).annotate(start=start)
    found = found.select_related("circle__avatar").defer("body", "body_html")
    if viewer.pk is None:
        return found
    return found.select_related("circle__avatar", "mine")


@lru_cache
def _posts_by_id(keeps_distance: bool, in_the_open: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Post]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
        return posts(viewer, in_the_open=in_the_open).filter(pk=any_.pk)

    return Prepared(query, "pk", "viewer")

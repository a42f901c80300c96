"""One circle, post or membership, as most views and actions begin. Queries: 1, or 2 behind a gate; compiled once."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.models import User
from circles.models import Circle, Comment, Membership, Post
from circles.models.circle import is_in_the_open
from circles.models.post import PostQuerySet
from circles.queries.cards import with_pictures
from core.numbers import ID_MAX
from core.prepared import Prepared

if TYPE_CHECKING:
    Person = User | Any


def visible_circle(slug: str, viewer: "Person") -> Circle | None:
    """The circle with what its head shows; None where this viewer may not see it."""
    if viewer.pk is None:
        return with_pictures(Circle.objects.visible_to(viewer)).filter(slug=slug).first()
    values = {"slug": slug, "viewer": viewer.pk}
    found: Circle | None = _circles_in_the_open.first(slug=slug) or _circles.first(**values)
    return found


def circle_to_post_in(slug: str, viewer: "Person") -> Circle | None:
    """The circle with what is asked of whoever posts there; None where they may not see it."""
    if viewer.pk is None:
        return None
    found: Circle | None = _bare_circles_in_the_open.first(slug=slug) or _bare_circles.first(
        slug=slug, viewer=viewer.pk
    )
    return found


def visible_post(pk: int, viewer: "Person") -> Post | None:
    """The post with what its card shows, but for the photos; None where this viewer may not see it."""
    if pk > ID_MAX:
        return None
    if viewer.pk is None:
        return Post.objects.visible_to(viewer).for_cards().filter(pk=pk).first()
    values = {"pk": pk, "viewer": viewer.pk}
    in_the_open, all_of_them = (_posts(viewer.keeps_distance, is_open) for is_open in (True, False))
    found: Post | None = in_the_open.first(**values) or all_of_them.first(**values)
    return found


def post_to_answer(pk: int, viewer: "Person") -> Post | None:
    """The post with its circle alone, for those who write below it or like it; None where they may not see it."""
    if viewer.pk is None or pk > ID_MAX:
        return None
    values = {"pk": pk, "viewer": viewer.pk}
    in_the_open, all_of_them = (_bare_posts(viewer.keeps_distance, is_open) for is_open in (True, False))
    found: Post | None = in_the_open.first(**values) or all_of_them.first(**values)
    return found


def visible_comment(pk: int, viewer: "Person") -> Comment | None:
    """The comment with its author, post and circle; None where this viewer may not see it."""
    if pk > ID_MAX:
        return None
    if viewer.pk is None:
        return _with_place(Comment.objects.visible_to(viewer)).filter(pk=pk).first()
    found: Comment | None = _comments(viewer.keeps_distance).first(pk=pk, viewer=viewer.pk)
    return found


def visible_or_own_held_post(pk: int, viewer: "Person") -> Post | None:
    """A post that is seen, or the viewer's own that is held back: what its author may change or take away.
    Queries: as visible_post, and 1 more where that finds nothing."""
    if (found := visible_post(pk, viewer)) is not None or pk > ID_MAX:
        return found
    return Post.objects.held_of(viewer).for_cards().filter(pk=pk).first()


def visible_or_own_held_comment(pk: int, viewer: "Person") -> Comment | None:
    """The same of a comment. Queries: 1, and 1 more where that finds nothing."""
    if (found := visible_comment(pk, viewer)) is not None or pk > ID_MAX:
        return found
    return _with_place(Comment.objects.held_of(viewer)).filter(pk=pk).first()


def membership_of(viewer: "Person", circle_id: int) -> Membership | None:
    """The viewer's row in that circle (which may be left or banned), or None."""
    if viewer.pk is None:
        return None
    found: Membership | None = _memberships.first(viewer=viewer.pk, circle=circle_id)
    return found


# Nearly all circles are in the open, and what is there is found for half the price of asking what a gate lets see.
_circles_in_the_open = Prepared(
    lambda any_: with_pictures(Circle.objects.filter(is_in_the_open(), slug=any_.slug)), "slug"
)
_circles = Prepared(
    lambda any_: with_pictures(Circle.objects.visible_to(User.somebody(any_.viewer))).filter(slug=any_.slug),
    "slug",
    "viewer",
)
_bare_circles_in_the_open = Prepared(
    lambda any_: Circle.objects.for_publishing().filter(is_in_the_open(), slug=any_.slug), "slug"
)
_bare_circles = Prepared(
    lambda any_: Circle.objects.visible_to(User.somebody(any_.viewer)).for_publishing().filter(slug=any_.slug),
    "slug",
    "viewer",
)
_memberships = Prepared(
    lambda any_: Membership.objects.filter(user_id=any_.viewer, circle_id=any_.circle), "viewer", "circle"
)


def _with_place(comments: "QuerySet[Comment]") -> "QuerySet[Comment]":
    return comments.select_related("author", "parent", "post__circle")


@lru_cache
def _comments(keeps_distance: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Comment]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
        return _with_place(Comment.objects.visible_to(viewer)).filter(pk=any_.pk)

    return Prepared(query, "pk", "viewer")


@lru_cache
def _posts(keeps_distance: bool, in_the_open: bool) -> Prepared:
    return Prepared(lambda any_: _seen(any_, keeps_distance, in_the_open).for_cards(), "pk", "viewer")


@lru_cache
def _bare_posts(keeps_distance: bool, in_the_open: bool) -> Prepared:
    return Prepared(lambda any_: _seen(any_, keeps_distance, in_the_open).for_answering(), "pk", "viewer")


def _seen(any_: Any, keeps_distance: bool, in_the_open: bool) -> PostQuerySet:
    viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
    seen = Post.objects.visible_in_the_open(viewer) if in_the_open else Post.objects.visible_to(viewer)
    posts: PostQuerySet = seen.filter(pk=any_.pk)
    return posts

"""What the circle page and the post page begin with, each read by one query compiled once."""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.functions import Left

from accounts.models import User
from circles import cards, queries
from circles.models import Circle, Membership, Post
from core.prepared import Prepared

if TYPE_CHECKING:
    Person = User | Any

START_LENGTH = 100
"""Characters of a post that its page's title is made of."""


def circle_head(slug: str, viewer: "Person") -> queries.CircleCard | None:
    """The circle with what its head shows, and the viewer's membership there; None where they may not see it."""
    if viewer.is_authenticated:
        found = _circles_by_slug.instances(slug=slug, viewer=viewer.pk)
    else:
        found = list(_circles(viewer).filter(slug=slug))
    return queries.CircleCard(found[0], getattr(found[0], "mine", None)) if found else None


def _circles(viewer: "Person") -> "QuerySet[Circle]":
    circles: QuerySet[Circle] = queries.with_pictures(Circle.objects.visible_to(viewer))
    if viewer.pk is None:
        return circles
    mine = FilteredRelation("memberships", condition=Q(memberships__user_id=viewer.pk))
    return circles.annotate(mine=mine).select_related("mine")


_circles_by_slug = Prepared(lambda any_: _circles(User(pk=any_.viewer)).filter(slug=any_.slug), "slug", "viewer")


class PostHead(NamedTuple):
    """A post without its text, which its card has."""

    post: Post
    row: cards.Row
    start: str
    """The first characters of the text."""
    membership: Membership | None
    """The viewer's, in the post's circle."""


def post_head(pk: int, viewer: "Person") -> PostHead | None:
    """The post and what the viewer is to it; None where they may not see it."""
    if viewer.is_authenticated:
        found = _posts_by_id.instances(pk=pk, viewer=viewer.pk)
    else:
        found = list(_posts(viewer).filter(pk=pk))
    if not found:
        return None
    [post] = found
    return PostHead(post, cards.row_of(post, viewer), post.start, getattr(post, "mine", None))


def _posts(viewer: "Person") -> "QuerySet[Post]":
    posts = cards.with_row(Post.objects.visible_to(viewer), viewer).annotate(start=Left("body", START_LENGTH))
    posts = posts.select_related("circle__avatar").defer("body", "body_html")
    return posts if viewer.pk is None else posts.select_related("circle__avatar", "mine")


_posts_by_id = Prepared(lambda any_: _posts(User(pk=any_.viewer)).filter(pk=any_.pk), "pk", "viewer")

"""Who may find what: the rows among which an engine looks. Each asks the model's own `visible_to`, as of the moment of
the statement, in a shape that is compiled once for all viewers alike.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Reach, User, is_muted
from accounts.queries import not_apart_from
from circles.models import Circle, CircleState, Comment, Membership, Post, Topic
from merchants.models import Merchant, MerchantState
from search.engine import Seen

if TYPE_CHECKING:
    Viewer = User | Any


def posts(viewer: "Viewer", *, circle: Circle | None, author: User | None, featured: bool) -> Seen:
    """Muted people are not heard of, unless one asks for them by name: then of what stands under their own name.

    `circle` is one that the viewer was just found to see.
    """

    def build(any_: Any) -> "QuerySet[Any]":
        somebody = _somebody(any_, viewer)
        if circle is None:
            rows = Post.objects.visible_to(somebody)
        else:
            rows = Post.objects.visible_inside(somebody).filter(circle_id=any_.circle)
        if featured:
            rows = rows.filter(is_featured=True)
        if author is None:
            return rows.heard_by(somebody)
        return rows.filter(author_id=any_.author, author_mask="", author_linked=True)

    shape = ("posts", _kind(viewer), circle is None, author is None, featured)
    return Seen(shape, build, _values(viewer, circle, author))


def comments(viewer: "Viewer", *, author: User | None) -> Seen:
    """Floors and replies; muted people as with posts."""

    def build(any_: Any) -> "QuerySet[Any]":
        somebody = _somebody(any_, viewer)
        rows = Comment.objects.visible_to(somebody)
        if author is not None:
            return rows.filter(author_id=any_.author, author_mask="", author_linked=True)
        if somebody.pk is None or not somebody.keeps_distance:
            return rows
        return rows.exclude(is_muted(somebody.pk, "author_id"), author_mask="")

    return Seen(("comments", _kind(viewer), author is None), build, _values(viewer, None, author))


def circles(viewer: "Viewer") -> Seen:
    """Those the viewer may know of, the largest first."""

    def build(any_: Any) -> "QuerySet[Any]":
        return Circle.objects.findable_by(_somebody(any_, viewer)).order_by("-member_count", "-id")

    return Seen(("circles", viewer.pk is None), build, _values(viewer))


def people(viewer: "Viewer") -> Seen:
    """Whoever was here last first."""

    def build(any_: Any) -> "QuerySet[Any]":
        return findable_people(_somebody(any_, viewer)).order_by("-last_seen_at", "-id")

    return Seen(("people", viewer.pk is None), build, _values(viewer))


def merchants(viewer: "Viewer") -> Seen:
    """Verified ones, those with most fans first."""

    def build(any_: Any) -> "QuerySet[Any]":
        rows = Merchant.objects.visible_to(_somebody(any_, viewer)).filter(state=MerchantState.VERIFIED)
        return rows.order_by("-fan_count", "-id")

    return Seen(("merchants", viewer.pk is None), build, _values(viewer))


def topics(viewer: "Viewer") -> Seen:
    """Of circles the viewer may see, those with most posts first."""

    def build(any_: Any) -> "QuerySet[Any]":
        return Topic.objects.visible_to(_somebody(any_, viewer)).order_by("-post_count", "-id")

    return Seen(("topics", viewer.pk is None), build, _values(viewer))


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


def _somebody(any_: Any, viewer: "Viewer") -> "Viewer":
    """A stand-in for viewers of this kind."""
    return AnonymousUser() if viewer.pk is None else User.somebody(any_.viewer, keeps_distance=viewer.keeps_distance)


def _kind(viewer: "Viewer") -> str:
    return "visitor" if viewer.pk is None else "distant" if viewer.keeps_distance else "person"


def _values(viewer: "Viewer", circle: Circle | None = None, author: User | None = None) -> dict[str, int]:
    given = {"viewer": viewer.pk, "circle": circle and circle.pk, "author": author and author.pk}
    return {name: value for name, value in given.items() if value is not None}

"""What one person is and likes where they look."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from circles.models import Circle, CircleKind, CircleState, CommentLike, Like, Membership
from core.prepared import Prepared, among

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any


def memberships_in(circle_ids: Iterable[int], viewer: "Person") -> dict[int, Membership]:
    """Circle id → the viewer's membership there. Queries: 1."""
    ids = list(set(circle_ids))
    if not viewer.is_authenticated or not ids:
        return {}
    return {row.circle_id: row for row in _memberships.instances(viewer=viewer.pk, ids=ids)}


def liked_ids(post_ids: Iterable[int], viewer: "Person") -> set[int]:
    """Which of these posts the viewer likes. Queries: 1."""
    ids = list(post_ids)
    if not viewer.is_authenticated or not ids:
        return set()
    return {pk for (pk,) in _liked_posts(viewer=viewer.pk, ids=ids)}


def liked_comment_ids(comment_ids: Iterable[int], viewer: "Person") -> set[int]:
    """Which of these comments the viewer likes. Queries: 1, none for none."""
    ids = list(comment_ids)
    if not viewer.is_authenticated or not ids:
        return set()
    return {pk for (pk,) in _liked_comments(viewer=viewer.pk, ids=ids)}


_memberships = Prepared(
    lambda any_: Membership.objects.filter(user_id=any_.viewer, circle_id__in=among(any_.ids)), "viewer", "ids"
)
_liked_posts = Prepared(
    lambda any_: Like.objects.filter(user_id=any_.viewer, post_id__in=among(any_.ids)).values_list("post_id"),
    "viewer",
    "ids",
)
_liked_comments = Prepared(
    lambda any_: CommentLike.objects.filter(user_id=any_.viewer, comment_id__in=among(any_.ids)).values_list(
        "comment_id"
    ),
    "viewer",
    "ids",
)


def share_a_circle(one_id: int, other_id: int) -> bool:
    """Are both members of one circle that is open? Queries: 1."""
    others = Membership.objects.active().filter(user_id=other_id, circle=OuterRef("circle"))
    mine = Membership.objects.active().filter(user_id=one_id, circle__state=CircleState.OPEN)
    return mine.filter(Exists(others)).exists()


def owned_count(viewer: "Person") -> int:
    """How many open interest circles the viewer owns, for `rules.can_found`."""
    return Circle.objects.visible_to(viewer).filter(owner_id=viewer.pk, kind=CircleKind.INTEREST).count()

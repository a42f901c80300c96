"""From what members do to points. Each looks under the member's lock at what is so now, not at what an event said:
so events may come in any order and twice."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.local_time import day_of, zone_of
from accounts.models import User
from circles.models import Comment, Like, Membership, Post, PostKind, Publication
from core.prepared import Prepared
from daily import levels
from daily.actions import medals, points
from daily.models import MedalRule, PointEntry, PointKind


@transaction.atomic(savepoint=False)
def count_post(*, post_id: int) -> None:
    """Points for a post that stands; none for an announcement, which is work, nor under a pseudonym.

    With a post that is gone go the likes it brought, unless their givers like something else of that day.
    """
    membership = _locked_author(_post_authors(pk=post_id))
    if membership is None:
        return
    [(state, published_at)] = _posts_now(pk=post_id)
    at = published_at if state == Publication.PUBLISHED else None
    points.settle(membership=membership, kind=PointKind.POST, key=f"post:{post_id}", at=at)
    if at is not None:
        medals.look(user_id=membership.user_id, circle_id=membership.circle_id, rule=MedalRule.POSTS)
    else:
        fans = Like.objects.filter(post=post_id).values("user")
        entries = PointEntry.objects.filter(
            circle=membership.circle_id,
            user=membership.user_id,
            kind=PointKind.LIKED,
            withdrawn_at=None,
            by__in=fans,
        )
        for entry in entries.select_related("by"):
            assert entry.by is not None
            _settle_liked(membership, entry.by, entry.at)


@transaction.atomic(savepoint=False)
def count_comment(*, comment_id: int) -> None:
    """Points for a comment of a member that stands and says something."""
    membership = _locked_author(_comment_authors(pk=comment_id))
    if membership is None:
        return
    [(state, body, published_at)] = _comments_now(pk=comment_id)
    stands = state == Publication.PUBLISHED and len("".join(body.split())) >= levels.COMMENT_LEAST
    at = published_at if stands else None
    points.settle(membership=membership, kind=PointKind.COMMENT, key=f"comment:{comment_id}", at=at)


@transaction.atomic(savepoint=False)
def count_like(*, post_id: int, user_id: int) -> None:
    """Points for being liked by somebody: once a person and day, while they like anything written in that circle."""
    post = Post.objects.filter(pk=post_id).first()
    fan = User.objects.filter(pk=user_id).first()
    if post is None or fan is None or fan.pk == post.author_id or post.is_masked or not fan.is_verified:
        return
    membership = points.locked(user_id=post.author_id, circle_id=post.circle_id)
    if membership is None:
        return
    like = Like.objects.filter(post=post, user=fan).first()
    if like is not None:
        _settle_liked(membership, fan, like.created_at)
        return
    # Taken back: which day it was given is not known any more, so all of this person's are looked at.
    entries = PointEntry.objects.filter(
        circle=post.circle_id, user=post.author_id, kind=PointKind.LIKED, by=fan, withdrawn_at=None
    )
    for entry in entries:
        _settle_liked(membership, fan, entry.at)


_post_authors = Prepared(
    lambda any_: (
        Post.objects.filter(pk=any_.pk, author_mask="")
        .exclude(kind=PostKind.ANNOUNCEMENT)
        .values_list("author_id", "circle_id")
    ),
    "pk",
)
_posts_now = Prepared(lambda any_: Post.objects.filter(pk=any_.pk).values_list("state", "published_at"), "pk")
_comment_authors = Prepared(
    lambda any_: Comment.objects.filter(pk=any_.pk, author_mask="", post__author_mask="").values_list(
        "author_id", "post__circle_id"
    ),
    "pk",
)
_comments_now = Prepared(
    lambda any_: Comment.objects.filter(pk=any_.pk).values_list("state", "body", "published_at"), "pk"
)


def _locked_author(found: list[tuple[Any, ...]]) -> Membership | None:
    """The membership of (author, circle), if there is such a row at all, locked."""
    return points.locked(user_id=found[0][0], circle_id=found[0][1]) if found else None


def _settle_liked(membership: Membership, fan: User, at: datetime) -> None:
    """Does this person like anything of the member's there since the day of `at`?"""
    day = day_of(membership.user, at)
    begin = datetime(day.year, day.month, day.day, tzinfo=zone_of(membership.user))
    since = (
        Like.objects.filter(
            user=fan,
            created_at__gte=begin,
            created_at__lt=begin + timedelta(days=1),
            post__author=membership.user_id,
            post__circle=membership.circle_id,
            post__state=Publication.PUBLISHED,
            post__author_mask="",
        )
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    points.settle(membership=membership, kind=PointKind.LIKED, key=f"liked:{fan.pk}:{day}", at=since, by=fan)

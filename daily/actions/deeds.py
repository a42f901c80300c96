"""From what members do to points. Each looks under the member's lock at what is so now, not at what an event said:
so events may come in any order and twice."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.local_time import day_of, zone_of
from accounts.models import User
from circles.models import Comment, Like, Membership, Post, PostKind, Publication
from daily import levels
from daily.actions import medals, points
from daily.models import MedalRule, PointEntry, PointKind


@transaction.atomic
def count_post(*, post_id: int) -> None:
    """Points for a post that stands; none for an announcement, which is work, nor under a pseudonym.

    With a post that is gone go the likes it brought, unless their givers like something else of that day.
    """
    post = Post.objects.select_related("circle").filter(pk=post_id).first()
    if post is None or post.kind == PostKind.ANNOUNCEMENT or post.is_masked:
        return
    membership = points.locked(user_id=post.author_id, circle_id=post.circle_id)
    if membership is None:
        return
    state = Post.objects.values_list("state", flat=True).get(pk=post.pk)
    at = post.published_at if state == Publication.PUBLISHED else None
    points.settle(membership=membership, kind=PointKind.POST, key=f"post:{post.pk}", at=at)
    if at is not None:
        medals.look(user_id=post.author_id, circle_id=post.circle_id, rule=MedalRule.POSTS)
    else:
        fans = Like.objects.filter(post=post).values("user")
        entries = PointEntry.objects.filter(
            circle=post.circle_id, user=post.author_id, kind=PointKind.LIKED, withdrawn_at=None, by__in=fans
        )
        for entry in entries.select_related("by"):
            assert entry.by is not None
            _settle_liked(membership, entry.by, entry.at)


@transaction.atomic
def count_comment(*, comment_id: int) -> None:
    """Points for a comment of a member that stands and says something."""
    comment = Comment.objects.select_related("post").filter(pk=comment_id).first()
    if comment is None or comment.is_masked or comment.post.is_masked:
        return
    membership = points.locked(user_id=comment.author_id, circle_id=comment.post.circle_id)
    if membership is None:
        return
    fresh = Comment.objects.only("state", "body").get(pk=comment.pk)
    stands = fresh.is_published and len("".join(fresh.body.split())) >= levels.COMMENT_LEAST
    at = comment.published_at if stands else None
    points.settle(membership=membership, kind=PointKind.COMMENT, key=f"comment:{comment.pk}", at=at)


@transaction.atomic
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

"""From what members do to points. Each looks under the member's lock at what is so now, not at what an event said:
so events may come in any order and twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import transaction

from accounts.local_time import day_of, zone_of
from accounts.models import User
from circles.models import Comment, Like, Membership, Post, PostKind, Publication
from core.prepared import Prepared, among
from daily import levels
from daily.actions import medals, points
from daily.models import MedalRule, PointEntry, PointKind


@transaction.atomic(savepoint=False)
def count_posts(post_ids: Sequence[int]) -> None:
    """Points for posts that stand; none for an announcement, which is work, nor under a pseudonym.

    With a post that is gone go the likes it brought, unless their givers like something else of that day.
    """
    for circle_id, posts in _by_circle(_post_authors(ids=list(post_ids))).items():
        members = points.all_locked(user_ids=posts.values(), circle_id=circle_id)
        deeds, gone = [], []
        for pk, state, published_at in _posts_now(ids=list(posts)):
            membership = members.get(posts[pk])
            if membership is not None:
                at = published_at if state == Publication.PUBLISHED else None
                deeds.append(points.Deed(membership, PointKind.POST, key=f"post:{pk}", at=at))
                if at is None:
                    gone.append((pk, membership))
        points.settle_all(deeds)
        for membership in {deed.membership: None for deed in deeds if deed.at is not None}:
            medals.look(user_id=membership.user_id, circle_id=circle_id, rule=MedalRule.POSTS)
        for pk, membership in gone:
            _settle_likes_of(pk, membership)


@transaction.atomic(savepoint=False)
def count_comments(comment_ids: Sequence[int]) -> None:
    """Points for comments of members that stand and say something."""
    for circle_id, said in _by_circle(_comment_authors(ids=list(comment_ids))).items():
        members = points.all_locked(user_ids=said.values(), circle_id=circle_id)
        deeds = []
        for pk, state, body, published_at in _comments_now(ids=list(said)):
            membership = members.get(said[pk])
            if membership is not None:
                stands = state == Publication.PUBLISHED and len("".join(body.split())) >= levels.COMMENT_LEAST
                at = published_at if stands else None
                deeds.append(points.Deed(membership, PointKind.COMMENT, key=f"comment:{pk}", at=at))
        points.settle_all(deeds)


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
        Post.objects.filter(pk__in=among(any_.ids), author_mask="")
        .exclude(kind=PostKind.ANNOUNCEMENT)
        .values_list("pk", "author_id", "circle_id")
    ),
    "ids",
)
_posts_now = Prepared(
    lambda any_: Post.objects.filter(pk__in=among(any_.ids)).order_by("pk").values_list("pk", "state", "published_at"),
    "ids",
)
_comment_authors = Prepared(
    lambda any_: Comment.objects.filter(pk__in=among(any_.ids), author_mask="", post__author_mask="").values_list(
        "pk", "author_id", "post__circle_id"
    ),
    "ids",
)
_comments_now = Prepared(
    lambda any_: (
        Comment.objects.filter(pk__in=among(any_.ids)).order_by("pk").values_list("pk", "state", "body", "published_at")
    ),
    "ids",
)


def _by_circle(rows: list[tuple[Any, ...]]) -> dict[int, dict[int, int]]:
    """(row, author, circle) → circle → row → author; circles in the order of their ids, in which they are locked."""
    found: dict[int, dict[int, int]] = {}
    for pk, author_id, circle_id in sorted(rows, key=itemgetter(2)):
        found.setdefault(circle_id, {})[pk] = author_id
    return found


def _settle_likes_of(post_id: int, membership: Membership) -> None:
    """The likes that a post of this member's brought which is gone."""
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
    points.settle(points.Deed(membership, PointKind.LIKED, key=f"liked:{fan.pk}:{day}", at=since, by=fan))

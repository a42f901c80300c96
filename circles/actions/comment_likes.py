"""Likes of comments, once a person and comment, and the place among the best that follows from them."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Cast, Greatest, Ln, Round
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import gates, reach
from circles.events import CommentLiked, CommentUnliked
from circles.models import Comment, CommentLike, GateAction, Membership, Post
from core.counters import move
from core.errors import NotFound
from core.events import record

LATE_AFTER = timedelta(hours=72)
"""Comments written this long after the post, or later, have the full allowance."""
ALLOWANCE = 0.5
"""By how much the warmth of a late comment is raised at most: fewer people were left to see it."""


def like(*, user: User, comment: Comment) -> None:
    """Like the comment; liking it again changes nothing. Moves its counter, records CommentLiked the first time.

    Raises `Refused` (codes of `rules.can_like`, and `blocked`) and `NotFound` comment_not_found.
    """
    with transaction.atomic():
        fresh = Comment.objects.select_related("post__circle").get(pk=comment.pk)
        if not fresh.is_published:
            raise NotFound("comment_not_found", _("This comment is no longer here."))
        post = fresh.post
        person = gates.person_for(GateAction.LIKE, user=user, circle=post.circle)
        membership = Membership.objects.filter(user_id=user.pk, circle_id=post.circle_id).first()
        rules.can_like(person, post, membership).require()
        reach.require(user=user, post=post, comment=fresh, answering=False)
        _like, is_new = CommentLike.objects.get_or_create(user=user, comment=fresh)
        if is_new:
            _move(fresh, +1)
            record(CommentLiked(comment_id=fresh.pk, user_id=user.pk))


def unlike(*, user: User, comment: Comment) -> None:
    """Take the like back; idempotent. Records CommentUnliked. Raises nothing: one's own may always be taken back."""
    with transaction.atomic():
        deleted, _details = CommentLike.objects.filter(user=user, comment=comment).delete()
        if deleted:
            _move(Comment.objects.select_related("post").get(pk=comment.pk), -1)
            record(CommentUnliked(comment_id=comment.pk, user_id=user.pk))


def allowance(comment: Comment) -> float:
    """1 for a comment written with the post, up to 1 + ALLOWANCE for one written LATE_AFTER it."""
    late = comment.published_at - comment.post.published_at
    return 1 + ALLOWANCE * min(max(late / LATE_AFTER, 0.0), 1.0)


def _move(comment: Comment, change: int) -> None:
    """In one statement, so that no like at the same time is lost; the post before its comment, as all lock them.

    warmth = 1000 · log₂(1 + likes) · allowance, see docs/floors.md.
    """
    likes = Greatest(F("like_count") + change, 0)
    heat = Ln(Cast(likes + 1, FloatField())) / Ln(Value(2.0, output_field=FloatField()))
    move(Post, comment.post_id, said_version=+1)
    Comment.objects.filter(pk=comment.pk).update(
        like_count=likes, warmth=Round(heat * Value(1000 * allowance(comment), output_field=FloatField()))
    )

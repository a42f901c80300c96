"""Liking, once a person and post."""

from django.db import transaction

from accounts.models import User
from circles import rules
from circles.actions import gates, reach
from circles.events import PostLiked, PostUnliked
from circles.models import GateAction, Like, Membership, Post
from core.counters import move
from core.events import record


def like(*, user: User, post: Post) -> None:
    """Like the post; liking it again changes nothing. Moves the post's counter, records PostLiked the first time.

    Raises `Refused`: codes of `rules.can_like`, and `blocked`.
    """
    with transaction.atomic():
        fresh = Post.objects.select_related("circle").get(pk=post.pk)
        person = gates.person_for(GateAction.LIKE, user=user, circle=fresh.circle)
        membership = Membership.objects.filter(user_id=user.pk, circle_id=post.circle_id).first()
        rules.can_like(person, fresh, membership).require()
        reach.require(user=user, post=post, answering=False)
        _like, is_new = Like.objects.get_or_create(user=user, post=post)
        if is_new:
            move(Post, post.pk, like_count=+1)
            record(PostLiked(post_id=post.pk, user_id=user.pk))


def unlike(*, user: User, post: Post) -> None:
    """Take the like back; idempotent. Records PostUnliked. Raises nothing: one's own may always be taken back."""
    with transaction.atomic():
        deleted, _details = Like.objects.filter(user=user, post=post).delete()
        if deleted:
            move(Post, post.pk, like_count=-1)
            record(PostUnliked(post_id=post.pk, user_id=user.pk))

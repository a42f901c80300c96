"""What circles themselves do when something happened in them."""

from typing import Any

from accounts.actions import credit
from accounts.models import User
from accounts.tasks.credit import recompute_soon
from circles.actions import polls
from circles.models import Comment, CommentLike, Like, Post, Publication, SuccessionVote
from core.jobs import job


@job(queue="bulk")
def count_like_for_credit(job: Any, *, post_id: int, user_id: int) -> None:
    """Let the author's credit know whether this person likes anything of theirs by now, and since when.

    Looks under the author's lock at what is so, not at what the event said: likes and unlikes may come in any order.
    """
    _count_likes(Post.objects.filter(pk=post_id).values_list("author_id", flat=True).first(), by_id=user_id)


@job(queue="bulk")
def count_comment_like_for_credit(job: Any, *, comment_id: int, user_id: int) -> None:
    """The same for a comment. Whoever likes posts and comments of one person counts once."""
    _count_likes(Comment.objects.filter(pk=comment_id).values_list("author_id", flat=True).first(), by_id=user_id)


@job(queue="bulk")
def take_votes_back(job: Any, *, user_id: int, what: str) -> None:
    """Whose verification was taken back may be verified under another account: their votes in what runs go."""
    person = User.objects.filter(pk=user_id, verified_at=None).first()
    if person is not None and what == "revoked":
        polls.take_back(user=person)
        SuccessionVote.objects.filter(voter=person).delete()


def _count_likes(author_id: int | None, *, by_id: int) -> None:
    by = User.objects.filter(pk=by_id).first()
    author = credit.locked(author_id) if author_id and by else None
    if author is None or by is None:
        return
    posts = Like.objects.filter(user=by, post__author=author, post__state=Publication.PUBLISHED)
    comments = CommentLike.objects.filter(user=by, comment__author=author, comment__state=Publication.PUBLISHED)
    firsts = [rows.order_by("created_at").values_list("created_at", flat=True).first() for rows in (posts, comments)]
    since = min((first for first in firsts if first is not None), default=None)
    if credit.set_liked(user=author, by=by, since=since):
        recompute_soon(author.pk)

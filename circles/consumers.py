"""What circles themselves do when something happened in them."""

from typing import Any

from accounts.actions import credit
from accounts.models import User
from accounts.tasks.credit import recompute_soon
from circles.models import Like, Post, Publication
from core.jobs import job


@job(queue="bulk")
def count_like_for_credit(job: Any, *, post_id: int, user_id: int) -> None:
    """Let the author's credit know whether this person likes anything of theirs by now, and since when.

    Looks under the author's lock at what is so, not at what the event said: likes and unlikes may come in any order.
    """
    author_id = Post.objects.filter(pk=post_id).values_list("author_id", flat=True).first()
    by = User.objects.filter(pk=user_id).first()
    author = credit.locked(author_id) if author_id and by else None
    if author is None or by is None:
        return
    likes = Like.objects.filter(user=by, post__author=author, post__state=Publication.PUBLISHED)
    since = likes.order_by("created_at").values_list("created_at", flat=True).first()
    if credit.set_liked(user=author, by=by, since=since):
        recompute_soon(author.pk)

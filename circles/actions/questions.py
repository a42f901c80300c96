"""Questions: which floor answered it."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.events import AnswerAccepted
from circles.models import Comment, Post, PostKind
from core.errors import Invalid, NotFound
from core.events import record


def accept(*, actor: User, comment: Comment) -> Post:
    """Say that this floor answers the question; another one may have until now. Again: nothing changes.

    Locks the post and the comment. Raises `Refused` (codes of `rules.can_accept`), `Invalid` (no_question, no_floor)
    and `NotFound` (comment_not_found).
    """
    with transaction.atomic():
        post = _locked(comment.post_id)
        rules.can_accept(actor, post).require()
        _require_question(post)
        fresh = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        if not fresh.is_published:
            raise NotFound("comment_not_found", _("This comment is no longer here."))
        if fresh.parent_id is not None:
            raise Invalid("no_floor", _("Only a floor of its own can be accepted, not a reply in one."))
        if post.accepted_id != fresh.pk:
            _set(post, fresh.pk)
            record(AnswerAccepted(post_id=post.pk, comment_id=fresh.pk))
    return post


def unaccept(*, actor: User, post: Post) -> Post:
    """Open the question again; idempotent. Raises `Refused`: codes of `rules.can_accept`; `Invalid`: no_question."""
    with transaction.atomic():
        fresh = _locked(post.pk)
        rules.can_accept(actor, fresh).require()
        _require_question(fresh)
        if fresh.accepted_id is not None:
            _set(fresh, None)
    return fresh


def forget(comment: Comment) -> None:
    """The comment is gone: a question it answered is open again. Called by whoever takes it away."""
    Post.objects.filter(pk=comment.post_id, accepted=comment.pk).update(accepted=None, version=F("version") + 1)


def _locked(post_id: int) -> Post:
    return Post.objects.select_for_update(of=("self",), no_key=True).select_related("circle").get(pk=post_id)


def _require_question(post: Post) -> None:
    if post.kind != PostKind.QUESTION:
        raise Invalid("no_question", _("This post is no question."))


def _set(post: Post, comment_id: int | None) -> None:
    post.accepted_id = comment_id
    post.version += 1
    post.save(update_fields=["accepted", "version"])

"""Hide a comment from everybody, and bring it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CreditKind, User
from circles.actions import comments
from circles.models import Comment, Publication
from core.errors import DomainError
from moderation.actions import credit, log
from moderation.actions.log import known_author
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def hide(*, actor: User, comment: Comment, reason: str) -> LogEntry | None:
    """Take the comment out of its floor. None if it was hidden already.

    Locks the comment. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`), `DomainError` (`deleted`).
    """
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        comment = _lock(comment)
        if comment.state == Publication.HIDDEN:
            return None
        comments.hide(comment=comment)
        entry = _write(actor, Verb.COMMENT_HIDE, reason, comment)
        credit.count_removed(entry, comment, kind=CreditKind.COMMENT_REMOVED)
    return entry


def restore(*, actor: User, comment: Comment, reason: str) -> LogEntry | None:
    """Show a hidden comment again. None if it was not hidden. Raises as `hide` does."""
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        comment = _lock(comment)
        if comment.state == Publication.PUBLISHED:
            return None
        comments.restore(comment=comment)
        credit.take_back(verb=Verb.COMMENT_HIDE, target=comment, person=comment.author, kind=CreditKind.COMMENT_REMOVED)
        return _write(actor, Verb.COMMENT_RESTORE, reason, comment)


def _lock(comment: Comment) -> Comment:
    # The post before its comment: the order in which commenting locks them.
    comment = Comment.objects.select_related("author", "post__circle").get(pk=comment.pk)
    type(comment.post).objects.select_for_update(of=("self",)).get(pk=comment.post_id)
    comment.refresh_from_db(fields=["state"], from_queryset=Comment.objects.select_for_update(of=("self",)))
    if comment.state == Publication.DELETED:
        raise DomainError("deleted", _("Its author has deleted this comment."))
    return comment


def _write(actor: User, verb: Verb, reason: str, comment: Comment) -> LogEntry:
    return log.write(
        actor=actor,
        verb=verb,
        reason=reason,
        target=comment,
        subject=known_author(comment),
        circle=comment.post.circle,
        details={"post": comment.post_id},
    )

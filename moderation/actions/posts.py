"""Hide a post from everybody, and bring it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CreditKind, User
from circles.actions import posts
from circles.models import Post, Publication
from core import events
from core.errors import DomainError
from moderation.actions import credit, log
from moderation.actions.log import known_author
from moderation.events import PostHidden, PostRestored
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def hide(*, actor: User, post: Post, reason: str) -> LogEntry | None:
    """Take the post out of every page; its author is told why. None if it was hidden already.

    Locks the post. Raises `Refused` (`not_allowed`), `Invalid` (`reason_required`), `DomainError` (`deleted`).
    """
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        post = _lock(post)
        if post.state == Publication.HIDDEN:
            return None
        posts.hide(post=post)
        entry = log.write(
            actor=actor, verb=Verb.POST_HIDE, reason=reason, target=post, subject=known_author(post), circle=post.circle
        )
        credit.count_removed(entry, post, kind=CreditKind.POST_REMOVED)
        events.record(PostHidden(post_id=post.pk, log_entry_id=entry.pk))
    return entry


def restore(*, actor: User, post: Post, reason: str) -> LogEntry | None:
    """Show a hidden post again; its author is told. None if it was not hidden. Raises as `hide` does."""
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        post = _lock(post)
        if post.state == Publication.PUBLISHED:
            return None
        posts.restore(post=post)
        entry = log.write(
            actor=actor,
            verb=Verb.POST_RESTORE,
            reason=reason,
            target=post,
            subject=known_author(post),
            circle=post.circle,
        )
        credit.take_back(verb=Verb.POST_HIDE, target=post, person=post.author, kind=CreditKind.POST_REMOVED)
        events.record(PostRestored(post_id=post.pk, log_entry_id=entry.pk))
    return entry


def _lock(post: Post) -> Post:
    post = Post.objects.select_for_update(of=("self",)).select_related("author", "circle").get(pk=post.pk)
    if post.state == Publication.DELETED:
        raise DomainError("deleted", _("Its author has deleted this post."))
    return post

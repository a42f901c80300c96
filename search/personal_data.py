"""What the index keeps of a person: words they wrote and their name, both copies of what other apps keep."""

from accounts.models import User
from accounts.portability import Share
from accounts.portability.archive import Archive
from core.jobs import enqueue
from search.actions import indexing


def export(user: User, archive: Archive) -> None:
    """Nothing of one's own: posts and comments are in the archive as they are."""


def erase(user: User, keep_words: bool) -> None:
    """Out of the index at once. Words that are kept come back under no name once the circles have taken it off."""
    indexing.forget_author(user.pk)
    if keep_words:
        enqueue("search.reindex_author", user_id=user.pk)


SHARE = Share(
    app="search",
    export=export,
    erase=erase,
    models=["search.CommentEntry", "search.NameEntry", "search.PostEntry"],
)

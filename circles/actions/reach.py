"""May one person turn to another here? Asked by whoever answers or likes, after the rules of the circle."""

from django.utils.translation import gettext as _

from accounts.models import Reach, User
from accounts.queries import Turned, turned_to
from circles.models import Comment, Post, PostKind
from circles.queries import share_a_circle
from core.errors import Refused


def require(
    *, user: User, post: Post, comment: Comment | None = None, answering: bool = True, author: Turned | None = None
) -> None:
    """Raise `Refused` unless `user` may turn to the author of the post, and to the comment's. `author`: what is known
    of the post's already.

    Codes: `blocked` (a block stands between the two, whoever made it) and, where something is answered, `shielded`
    (that person lets fewer people reach them). An announcement speaks for a merchant and may always be answered; so
    may a pseudonym, since a refusal would tell whose it is.
    """
    authors = set() if post.kind == PostKind.ANNOUNCEMENT or post.is_masked else {post.author_id}
    if comment is not None and not comment.is_masked:
        authors.add(comment.author_id)
    authors.discard(user.pk)
    for author_id in authors:
        found = author if author and author_id == post.author_id else turned_to(author_id, by=user.pk)
        if found is None:
            continue
        if found.is_apart:
            raise Refused("blocked", _("You cannot answer this person."))
        if answering and not lets_reach(author_id, found.reach, user.pk):
            raise Refused("shielded", _("This person takes answers only from people they share a circle with."))


def lets_reach(person_id: int, reach: str, other_id: int) -> bool:
    """Does somebody with that `reach` let the other turn to them? A block is asked of separately."""
    if reach == Reach.NOBODY:
        return False
    return reach == Reach.EVERYONE or share_a_circle(person_id, other_id)

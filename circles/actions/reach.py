"""May one person turn to another here? Asked by whoever answers or likes, after the rules of the circle."""

from django.utils.translation import gettext as _

from accounts.models import Reach, User
from accounts.queries import turned_to
from circles.models import Comment, Post, PostKind
from circles.queries import share_a_circle
from core.errors import Refused


def require(*, user: User, post: Post, comment: Comment | None = None, answering: bool = True) -> None:
    """Raise `Refused` unless `user` may turn to the author of the post, and to the comment's.

    Codes: `blocked` (a block stands between the two, whoever made it) and, where something is answered, `shielded`
    (that person lets fewer people reach them). An announcement speaks for a merchant and may always be answered; so
    may a pseudonym, since a refusal would tell whose it is.
    """
    authors = set() if post.kind == PostKind.ANNOUNCEMENT or post.is_masked else {post.author_id}
    if comment is not None and not comment.is_masked:
        authors.add(comment.author_id)
    authors.discard(user.pk)
    for author_id in authors:
        found = turned_to(author_id, by=user.pk)
        if found is None:
            continue
        author, is_apart = found
        if is_apart:
            raise Refused("blocked", _("You cannot answer this person."))
        if answering and not lets_reach(author, user.pk):
            raise Refused("shielded", _("This person takes answers only from people they share a circle with."))


def lets_reach(person: User, other_id: int) -> bool:
    """Does `person` (their `reach` loaded) let the other turn to them? A block is asked of separately."""
    if person.reach == Reach.NOBODY:
        return False
    return person.reach == Reach.EVERYONE or share_a_circle(person.pk, other_id)

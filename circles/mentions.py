"""Whom a text written in a circle mentions: by the nickname people have everywhere, or by the one they chose there."""

from accounts import queries as people
from accounts.models import Reach, User
from circles.models import Circle, Membership
from core.text.render import mention_candidates, mentioned


def mention_urls(text: str, *, by: User | None, circle: Circle) -> dict[str, str]:
    """For `core.text.render.render`: nickname in lower case → address. Queries: 0 to 2.

    The one chosen in the circle goes first; where it does not lead to a profile, the link goes to the circle's members.

    Whom `by` cannot reach is not linked. Without `by` (a pseudonym writes) everybody is: what is missing would tell
    who writes.
    """
    found = people.mention_urls(text, by=by)
    for membership in _named_here(text, circle.pk, by):
        linked = membership.is_linked
        address = membership.user.get_absolute_url() if linked else f"{circle.get_absolute_url()}members/"
        found[membership.nickname.lower()] = address
    return found


def mentioned_people(text: str, *, circle_id: int) -> list[User]:
    """Whom `text` mentions, each once. Queries: 0 to 2."""
    names = {person.nickname.lower(): person for person in people.mentioned_people(text)}
    names |= {membership.nickname.lower(): membership.user for membership in _named_here(text, circle_id, None)}
    return list(dict.fromkeys(names[key] for key in mentioned(text, known=names)))


def _named_here(text: str, circle_id: int, by: User | None) -> list[Membership]:
    names = [name.lower() for name in mention_candidates(text)]
    if not names:
        return []
    rows = Membership.objects.active().filter(circle=circle_id, nickname_key__in=names).select_related("user")
    if by is not None:
        rows = rows.filter(user__in=people.not_apart_from(by.pk).exclude(reach=Reach.NOBODY))
    return [row for row in rows if row.user.is_active]

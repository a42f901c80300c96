"""Reads over people."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Block, Mute, Reach, User
from accounts.models.user import UserQuerySet
from core.prepared import Prepared, is_any_of
from core.text.render import mention_candidates, mentioned


def mention_urls(text: str, *, by: User | None = None) -> dict[str, str]:
    """For `core.text.render.render`: nickname in lower case → address of the person. Queries: 0 or 1.

    Whom the writer cannot reach (a block, or nobody may) is written of like anybody, but not linked.
    """
    if not mention_candidates(text):
        return {}
    people = not_apart_from(by.pk).exclude(reach=Reach.NOBODY) if by is not None else User.objects.active()
    return {person.nickname.lower(): person.get_absolute_url() for person in _candidates(text, people)}


def mentioned_people(text: str) -> list[User]:
    """Whom `text` mentions, in the order of mention, each once: the very people `render` links. Queries: 0 or 1."""
    if not mention_candidates(text):
        return []
    people = {person.nickname.lower(): person for person in _candidates(text, User.objects.active())}
    return [people[key] for key in mentioned(text, known=people)]


def _candidates(text: str, people: UserQuerySet) -> list[User]:
    names = mention_candidates(text)
    return list(people.named(names).only("id", "username", "nickname")) if names else []


# --- Who may turn to whom ------------------------------------------------------------------------


def not_apart_from(actor_id: int) -> UserQuerySet:
    """Active people no block stands between, either way."""
    people: UserQuerySet = User.objects.active().exclude(Exists(_blocks(actor_id, OuterRef("pk"))))
    return people


def hearers_of(actor_id: int) -> UserQuerySet:
    """Active people who hear of what this person does: no block stands between, and they do not mute them."""
    mutes = Mute.objects.filter(muter_id=OuterRef("pk"), muted_id=actor_id)
    people: UserQuerySet = not_apart_from(actor_id).exclude(Exists(mutes))
    return people


def unheard_by(person: Any, actors: Any) -> UserQuerySet:
    """Of these people (stand-ins of a `Prepared`) those of whose deeds a person does not hear: see `hearers_of`."""
    mutes = Mute.objects.filter(muter_id=person, muted_id=OuterRef("pk"))
    return User.objects.filter(is_any_of("pk", actors)).filter(Exists(_blocks(person, OuterRef("pk"))) | Exists(mutes))


def are_apart(one_id: int, other_id: int) -> bool:
    """Does a block stand between the two, whoever made it? One query."""
    return bool(_between(one=one_id, other=other_id))


def _blocks(one: Any, other: Any) -> "QuerySet[Block]":
    return Block.objects.filter(Q(blocker_id=one, blocked_id=other) | Q(blocker_id=other, blocked_id=one))


_between = Prepared(lambda any_: _blocks(any_.one, any_.other).values_list("pk")[:1], "one", "other")


class Turned(NamedTuple):
    """What somebody meets who turns to a person."""

    reach: str
    is_apart: bool
    """A block stands between them, whoever made it."""


def turned_to(person_id: int, *, by: int) -> Turned | None:
    """None where there is no such person. One query."""
    rows = _turned_to(person=person_id, by=by)
    return Turned(*rows[0]) if rows else None


def turned_to_author(by: Any) -> dict[str, Any]:
    """The same of the author of each row of a queryset, as annotations of it: `author_reach` and `is_apart`."""
    return {"author_reach": F("author__reach"), "is_apart": Exists(_blocks(by, OuterRef("author")))}


_turned_to = Prepared(
    lambda any_: User.objects.filter(pk=any_.person).values_list("reach", Exists(_blocks(any_.by, OuterRef("pk")))),
    "person",
    "by",
)


@dataclass(frozen=True)
class Distance:
    """How far a viewer keeps somebody away."""

    blocked: bool = False
    muted: bool = False


def distance_to(viewer: Any, person: User) -> Distance:
    """One query; none for strangers and for oneself."""
    if not viewer.is_authenticated or viewer.pk == person.pk:
        return Distance()
    blocks = Block.objects.filter(blocker_id=viewer.pk, blocked_id=OuterRef("pk"))
    mutes = Mute.objects.filter(muter_id=viewer.pk, muted_id=OuterRef("pk"))
    row = User.objects.filter(pk=person.pk).values_list(Exists(blocks), Exists(mutes)).first()
    return Distance(*row) if row else Distance()


def blocked_people(user: User) -> list[Block]:
    """Whom the user blocks, the last first, with avatars. One query."""
    return list(user.blocks_made.select_related("blocked__avatar").order_by("-created_at", "-id"))


def muted_people(user: User) -> list[Mute]:
    """Whom the user mutes, the last first, with avatars. One query."""
    return list(user.mutes_made.select_related("muted__avatar").order_by("-created_at", "-id"))

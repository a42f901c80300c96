"""Reads over who follows whom, ready for pages and the API."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import Audience, Follow, FollowSettings, User
from accounts.models.follow import FollowQuerySet
from accounts.queries import are_apart
from core.pagination import Page, keyset_page
from core.prepared import Prepared

PAGE_SIZE = 30


@dataclass(frozen=True)
class Between:
    """How a viewer and somebody stand to each other."""

    following: bool = False
    followed_by: bool = False

    @property
    def is_friend(self) -> bool:
        return self.following and self.followed_by


@dataclass(frozen=True)
class Standing(Between):
    """And what that person shows this viewer. The counts are None where they do not show them."""

    is_self: bool = False
    is_apart: bool = False
    shows_follows: bool = True
    shows_circles: bool = True
    follower_count: int | None = 0
    following_count: int | None = 0
    honours: tuple[Any, ...] = ()
    """What apps above show of somebody beside their name: the medals."""


_honours: list[Callable[[Any, User], Sequence[Any]]] = []


def register_honours(read: Callable[[Any, User], Sequence[Any]]) -> None:
    """Have `read(viewer, person)` say what stands on a profile; one query at most."""
    if read not in _honours:
        _honours.append(read)


@dataclass(frozen=True)
class PersonLine:
    """A person in a list, as one viewer stands to them."""

    person: User
    between: Between
    own: bool = False
    """It is the viewer."""


def settings_of(user: User) -> FollowSettings:
    """The person's choices; the defaults where they made none. One query."""
    return _settings.first(user=user.pk) or FollowSettings(user_id=user.pk)


_settings = Prepared(lambda any_: FollowSettings.objects.filter(pk=any_.user), "user")


def standing(viewer: Any, person: User) -> Standing:
    """Queries: 4; for strangers and for oneself 2."""
    row = settings_of(person)
    is_self = viewer.pk == person.pk
    between = Between() if is_self else between_all([person.pk], viewer).get(person.pk, Between())
    apart = viewer.pk is not None and not is_self and are_apart(viewer.pk, person.pk)

    def shows(audience: str) -> bool:
        if is_self or apart:
            return is_self
        return audience == Audience.EVERYONE or (audience == Audience.FRIENDS and between.is_friend)

    seen = shows(row.shows_follows)
    return Standing(
        between.following,
        between.followed_by,
        is_self=is_self,
        is_apart=apart,
        shows_follows=seen,
        shows_circles=shows(row.shows_circles),
        follower_count=row.follower_count if seen else None,
        following_count=row.following_count if seen else None,
        honours=tuple(one for read in _honours for one in read(viewer, person)) if is_self or not apart else (),
    )


def between_all(ids: Iterable[int], viewer: Any) -> dict[int, Between]:
    """Person's id → how the viewer stands to them. One query; none for strangers."""
    wanted = [pk for pk in set(ids) if pk != viewer.pk]
    if viewer.pk is None or not wanted:
        return {}
    made = Follow.objects.filter(follower_id=viewer.pk, followed_id=OuterRef("pk"))
    met = Follow.objects.filter(followed_id=viewer.pk, follower_id=OuterRef("pk"))
    rows = User.objects.filter(pk__in=wanted).values_list("pk", Exists(made), Exists(met))
    return {pk: Between(following, followed_by) for pk, following, followed_by in rows}


def followers(person: User, viewer: Any, cursor: str | None = None, *, size: int = PAGE_SIZE) -> Page[PersonLine]:
    """Who follows `person`, the last first, as far as the viewer may see it. Queries: 2."""
    rows = Follow.objects.visible_to(viewer).filter(followed=person).select_related("follower__avatar")
    return _lines(rows, viewer, cursor, size, "follower")


def followed(person: User, viewer: Any, cursor: str | None = None, *, size: int = PAGE_SIZE) -> Page[PersonLine]:
    """Whom `person` follows, the last first, as far as the viewer may see it. Queries: 2."""
    rows = Follow.objects.visible_to(viewer).filter(follower=person).select_related("followed__avatar")
    return _lines(rows, viewer, cursor, size, "followed")


def friends(person: User, viewer: Any, cursor: str | None = None, *, size: int = PAGE_SIZE) -> Page[PersonLine]:
    """Who of those follows back. Queries: 2."""
    back = Follow.objects.filter(follower_id=OuterRef("followed_id"), followed_id=person.pk)
    rows = Follow.objects.visible_to(viewer).filter(Exists(back), follower=person).select_related("followed__avatar")
    return _lines(rows, viewer, cursor, size, "followed")


LISTS = {"followers": followers, "following": followed, "friends": friends}


def _lines(rows: FollowQuerySet, viewer: Any, cursor: str | None, size: int, end: str) -> Page[PersonLine]:
    page = keyset_page(rows, keys=("-created_at", "-id"), cursor=cursor, size=size)

    def lines(found: list[Follow]) -> list[PersonLine]:
        people = [getattr(row, end) for row in found]
        known = between_all((one.pk for one in people), viewer)
        return [PersonLine(one, known.get(one.pk, Between()), one.pk == viewer.pk) for one in people]

    return page.map(lines)

"""Under which name something stands in a circle: the person's own, the one they chose here, or a pseudonym.

What is shown was written on the row when it was published (`Authored`), so it costs no query. Everything that shows an
author asks for the byline: pages, API, notifications, mails. Rights still go by `author_id`.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from accounts import badges

if TYPE_CHECKING:
    from accounts.badges import Badge
    from accounts.models import User
    from core.models import Picture


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody is in a circle, beside their name there."""

    role: str = ""
    """Empty for members."""
    title: str = ""

    @property
    def role_name(self) -> str:
        from circles.models.membership import Role

        return str(Role(self.role).label) if self.role else ""


def mark_of(kept: str | None) -> Mark | None:
    """Of what `Circle.marks` keeps for a person: "role", "role:title" or ":title"."""
    if not kept:
        return None
    role, _colon, title = kept.partition(":")
    return Mark(role, title)


@dataclass(frozen=True, slots=True)
class Byline:
    """What others see of an author; it looks like a person to templates and serializers."""

    nickname: str
    username: str = ""
    """Empty where the profile is not to be found from here."""
    avatar_url: str | None = None
    is_verified: bool = True
    address: str = ""
    badges: Any = ()
    is_masked: bool = False
    mark: Mark | None = None
    """Role and title in the circle; never of a name that does not lead to the person."""
    honor: str = ""
    """Level in the circle and its title, as circles.models.honor packs them."""

    @property
    def url(self) -> str | None:
        return self.address or None

    def get_absolute_url(self) -> str:
        return self.address

    @property
    def grade(self) -> int:
        """The level shown beside the name; 0: none."""
        return int(self.honor.partition(":")[0] or 0)

    @property
    def title(self) -> str:
        """What the circle calls that level, or nothing."""
        return self.honor.partition(":")[2]

    @property
    def circle_badges(self) -> "list[Badge]":
        """What of their verified facts they show beside this name, as of now."""
        return badges.shown(self.badges, in_circles=True) if self.badges else []


def byline_of(row: Any, person: "User | None") -> Byline:
    """The byline of a post or a comment; `person` is its author, loaded with the avatar."""
    if row.author_mask:
        return Byline(row.author_name, is_masked=True)
    if person is None:
        return Byline(row.author_name)
    mark, honor = mark_of(row.circle_marks.get(str(row.author_id))), getattr(row, "honor", "")
    if not row.author_name:
        return replace(own(person, mark=mark), honor=honor)
    face = row.author_face if row.author_face_id else None
    shown = named(person, name=row.author_name, face=face, is_linked=row.author_linked, mark=mark)
    return replace(shown, honor=honor)


def named(person: "User", *, name: str, face: "Picture | None", is_linked: bool, mark: Mark | None = None) -> Byline:
    """The person under the name and picture they chose for a circle."""
    if not is_linked:
        return Byline(name, avatar_url=face.thumb_url if face else None, is_verified=person.is_verified)
    return Byline(
        name,
        username=person.username,
        avatar_url=face.thumb_url if face else None,
        is_verified=person.is_verified,
        address=person.get_absolute_url(),
        badges=getattr(person, "badges", ()),
        mark=mark,
    )


def own(person: "User", *, mark: Mark | None = None) -> Byline:
    """The person as everywhere else."""
    return Byline(
        person.nickname,
        username=person.username,
        avatar_url=person.avatar_url,
        is_verified=person.is_verified,
        address=person.get_absolute_url(),
        badges=getattr(person, "badges", ()),
        mark=mark,
    )

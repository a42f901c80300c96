"""What pages show of rows, as plain values: parts of pages are kept by them (core/parts.py).

Templates find the same names here as on the rows themselves.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.local_time import today_of
from accounts.models import User
from circles.models import Circle, Membership, Power
from core.errors import Decision


class PersonShown(NamedTuple):
    nickname: str
    avatar_url: str | None
    is_verified: bool
    get_absolute_url: str


class CircleShown(NamedTuple):
    """A circle as its page, its row and its card show it."""

    slug: str
    number: int
    name: str
    intro: str
    rules: str
    category: str
    avatar_url: str | None
    cover_url: str | None
    member_count: int
    post_count: int
    owner: PersonShown
    get_absolute_url: str
    member_cap: int | None
    entry: str
    vacancy: str
    is_public: bool
    """Strangers may see it, and feed readers ask for it."""


class CircleRowShown(NamedTuple):
    """A circle in an aside."""

    slug: str
    name: str
    intro: str
    avatar_url: str | None
    member_count: int
    get_absolute_url: str


class CircleCardShown(NamedTuple):
    """A circle in a grid or a list."""

    slug: str
    name: str
    intro: str
    category: str
    avatar_url: str | None
    cover_url: str | None
    member_count: int
    post_count: int
    entry: str
    get_absolute_url: str


class JoinShown(NamedTuple):
    """What a button to join asks of a membership."""

    role: str
    is_active: bool


class MembershipShown(NamedTuple):
    role: str
    is_active: bool
    muted: bool
    is_staff: bool = False
    may_edit: bool = False
    may_admit: bool = False
    may_invite: bool = False
    may_ban: bool = False
    waiting: int = 0
    """Applications to join, for whoever decides them."""
    may_delete: bool = False
    has_asked: bool = False
    """No member yet: an application waits."""
    is_banned: bool = False


ASKING = MembershipShown("", is_active=False, muted=False, has_asked=True)


class Refusal(NamedTuple):
    """A decision against the viewer."""

    code: str
    message: str


class Tab(NamedTuple):
    label: str
    url: str
    current: bool
    count: int | None = None  # type: ignore[assignment]  # hides tuple.count, which nobody calls


def person_shown(person: User) -> PersonShown:
    return PersonShown(person.nickname, person.avatar_url, person.is_verified, _person_url(person.username))


def circle_shown(circle: Circle) -> CircleShown:
    """Of a circle loaded with its pictures, category and owner (`queries.with_pictures`)."""
    return CircleShown(
        circle.slug,
        circle.number,
        circle.name,
        circle.intro,
        circle.rules,
        str(circle.category),
        circle.avatar_url,
        circle.cover_url,
        circle.member_count,
        circle.post_count,
        person_shown(circle.owner),
        _circle_url(circle.slug),
        circle.member_cap,
        circle.entry,
        circle.vacancy,
        not circle.is_view_gated,
    )


def circle_row_shown(circle: Circle) -> CircleRowShown:
    """Of a circle loaded with its avatar."""
    return CircleRowShown(
        circle.slug, circle.name, circle.intro, circle.avatar_url, circle.member_count, _circle_url(circle.slug)
    )


def circle_card_shown(circle: Circle, *, with_cover: bool = True, with_category: bool = False) -> CircleCardShown:
    """Of a circle loaded with its avatar, and with its cover and category where they are asked for."""
    return CircleCardShown(
        circle.slug,
        circle.name,
        circle.intro,
        str(circle.category) if with_category else "",
        circle.avatar_url,
        circle.cover_url if with_cover else None,
        circle.member_count,
        circle.post_count,
        circle.entry,
        _circle_url(circle.slug),
    )


def join_shown(membership: Membership | None) -> JoinShown | None:
    return None if membership is None else JoinShown(membership.role, membership.is_active)


def membership_shown(membership: Membership | None, *, waiting: int = 0) -> MembershipShown | None:
    if membership is None:
        return None
    found = MembershipShown(membership.role, membership.is_active, membership.muted, is_banned=membership.is_banned)
    if not membership.is_staff:
        return found
    return found._replace(
        is_staff=True,
        may_edit=membership.may(Power.EDIT),
        may_admit=membership.may(Power.ADMIT),
        may_invite=membership.may(Power.INVITE),
        may_ban=membership.may(Power.BAN),
        waiting=waiting,
        may_delete=membership.may(Power.DELETE),
    )


def daily_shown(person: User, circle: Circle, membership: Membership) -> dict[str, Any]:
    """What the circle page says to a member about their day there: words and numbers as text, to fill holes with."""
    today = today_of(person)
    last = membership.signed_in_on
    is_on = last is not None and last >= today - timedelta(days=1)
    titles, grade = circle.level_titles, membership.grade
    return {
        "signed_in": last is not None and last >= today,
        "has_grade": grade > 0,
        "has_streak": is_on and membership.streak > 1,
        "grade": str(grade),
        "title": titles[grade - 1] if 0 < grade <= len(titles) else "",
        "streak": str(membership.streak),
    }


def refusal(decision: Decision) -> Refusal:
    return Refusal(decision.code, str(decision.message))


# Addresses never change, and making one takes longer than anything else here.


@lru_cache(maxsize=4096)
def _circle_url(slug: str) -> str:
    return Circle(slug=slug).get_absolute_url()


@lru_cache(maxsize=4096)
def _person_url(username: str) -> str:
    return User(username=username).get_absolute_url()


def circle_tabs(url: str, tab: str) -> tuple[Tab, ...]:
    """What the circle's page and the pages of what it keeps show above themselves."""
    return _circle_tabs(url, tab, get_language())


@lru_cache(maxsize=1024)
def _circle_tabs(url: str, tab: str, language: str | None) -> tuple[Tab, ...]:
    return (
        Tab(_("Latest"), url, tab == "latest"),
        Tab(_("Featured"), f"{url}?tab=featured", tab == "featured"),
        Tab(_("Hot"), f"{url}hot/", tab == "hot"),
        Tab(_("Collections"), f"{url}collections/", tab == "collections"),
        Tab(_("Topics"), f"{url}topics/", tab == "topics"),
        Tab(_("Archive"), f"{url}archive/", tab == "archive"),
    )

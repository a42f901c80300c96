"""Founding, changing, closing a circle."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules as circle_rules
from circles.events import CircleChanged
from circles.models import Category, Circle, CircleKind, CircleState, Membership, Role
from core.errors import Invalid, NotFound
from core.events import record
from core.models import Picture
from core.text.clean import clean, clean_line, require_length

RESERVED_SLUGS = frozenset(
    {"new", "create", "discover", "search", "mine", "joined", "all", "categories", "category", "post", "posts"}
    | {"edit", "settings", "members", "join", "leave", "mute", "admin", "api", "help", "about", "me", "quanzi"}
)
"""Addresses that pages have or may come to have."""
_OF_NUMBERS = re.compile(r"c?\d+")


def found(
    *,
    owner: User,
    name: str,
    intro: str,
    rules: str,
    category: Category,
    slug: str = "",
    kind: CircleKind = CircleKind.INTEREST,
    cover: Picture | None = None,
    avatar: Picture | None = None,
) -> Circle:
    """Found a circle and make `owner` its first member. Without a `slug` its address is `c<number>`.

    Locks the owner, so that two at once do not pass the limit. A merchant's circle is not counted and not
    asked for: its approval decided. Raises `Refused` (codes of `rules.can_found`), `Invalid` with code
    required, too_long, bad_slug, slug_reserved or slug_taken, and `NotFound` for a picture of somebody else.
    """
    values = _cleaned(name=name, intro=intro, rules=rules)
    slug = _checked_slug(slug)
    for picture in (cover, avatar):
        _require_own(owner, picture)
    try:
        with transaction.atomic():
            if kind == CircleKind.INTEREST:
                _require_room(owner)
            number = _next_number()
            circle = Circle.objects.create(
                number=number,
                slug=slug or f"c{number}",
                category=category,
                kind=kind,
                owner=owner,
                cover=cover,
                avatar=avatar,
                member_count=1,
                marks={str(owner.pk): Role.OWNER.value},
                **values,
            )
            Membership.objects.create(circle=circle, user=owner, role=Role.OWNER)
            record(CircleChanged(circle_id=circle.pk))
    except IntegrityError as error:
        if slug and Circle.objects.filter(slug=slug).exists():
            raise _slug_taken() from error
        raise
    return circle


def update(
    *,
    actor: User,
    circle: Circle,
    name: str | None = None,
    intro: str | None = None,
    rules: str | None = None,
    category: Category | None = None,
    cover: Picture | None = None,
    avatar: Picture | None = None,
    masks_authors: bool | None = None,
) -> Circle:
    """Change what is given (None: stays as it is). Number and address never change.

    Raises `Refused` (codes of `rules.can_manage`), `Invalid` with required or too_long, `NotFound` for a closed
    circle or a picture of somebody else.
    """
    _may_manage(actor, circle)
    values: dict[str, object] = dict(_cleaned(name=name, intro=intro, rules=rules))
    for field, picture in (("cover", cover), ("avatar", avatar)):
        _require_own(actor, picture)
        if picture is not None:
            values[field] = picture
    if category is not None:
        values["category"] = category
    if masks_authors is not None and circle.kind == CircleKind.INTEREST:
        values["masks_authors"] = masks_authors
    with transaction.atomic():
        fresh = Circle.objects.select_for_update(no_key=True).get(pk=circle.pk)
        if fresh.state != CircleState.OPEN:
            raise NotFound("circle_not_found", _("There is no such circle."))
        for field, value in values.items():
            setattr(fresh, field, value)
        fresh.save(update_fields=list(values))
        record(CircleChanged(circle_id=fresh.pk))
    return fresh


def close(*, circle: Circle) -> bool:
    """Take the circle and all that is in it out of sight; True if it was open. The caller asks who may."""
    return _change_state(circle, CircleState.OPEN, CircleState.CLOSED)


def reopen(*, circle: Circle) -> bool:
    """Bring it back as it was; True if it was closed. The caller asks who may."""
    return _change_state(circle, CircleState.CLOSED, CircleState.OPEN)


@transaction.atomic
def _change_state(circle: Circle, old: CircleState, new: CircleState) -> bool:
    changed = Circle.objects.filter(pk=circle.pk, state=old).update(state=new)
    if changed:
        record(CircleChanged(circle_id=circle.pk))
    return bool(changed)


def _require_room(owner: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)
    owned = Circle.objects.filter(owner=owner, kind=CircleKind.INTEREST, state=CircleState.OPEN).count()
    circle_rules.can_found(owner, owned=owned).require()


def _may_manage(actor: User, circle: Circle) -> None:
    membership = Membership.objects.filter(user=actor, circle=circle).first()
    circle_rules.can_manage(actor, membership).require()


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('circles_circle_number')")
        return int(cursor.fetchone()[0])


def _cleaned(*, name: str | None, intro: str | None, rules: str | None) -> dict[str, str]:
    values: dict[str, str] = {}
    if name is not None:
        values["name"] = clean_line(name)
        if not values["name"]:
            raise Invalid("required", _("Please give the circle a name."), field="name")
    if intro is not None:
        values["intro"] = clean(intro)
    if rules is not None:
        values["rules"] = clean(rules)
    for field, value in values.items():
        column: Any = Circle._meta.get_field(field)
        require_length(value, most=column.max_length, field=field)
    return values


def _checked_slug(slug: str) -> str:
    """The address in small letters, or "" where none was asked for."""
    slug = clean_line(slug).lower()
    if not slug:
        return ""
    require_length(slug, most=40, field="slug")
    try:
        Circle._meta.get_field("slug").run_validators(slug)
    except ValidationError as error:
        raise Invalid("bad_slug", _("Small letters, digits and single hyphens."), field="slug") from error
    if slug in RESERVED_SLUGS or _OF_NUMBERS.fullmatch(slug):
        raise Invalid("slug_reserved", _("This address is kept for the site itself."), field="slug")
    if Circle.objects.filter(slug=slug).exists():
        raise _slug_taken()
    return slug


def _slug_taken() -> Invalid:
    return Invalid("slug_taken", _("Another circle has this address."), field="slug")


def _require_own(person: User, picture: Picture | None) -> None:
    if picture is not None and picture.owner_id != person.pk:
        raise NotFound("picture_not_found", _("There is no such picture."))

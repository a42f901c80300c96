"""Founding, changing, closing a circle."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from circles import rules as circle_rules
from circles.actions import gates, log
from circles.events import CircleChanged
from circles.models import (
    Category,
    Circle,
    CircleKind,
    CircleState,
    DeedKind,
    Entry,
    Founding,
    FoundingState,
    Invitation,
    Membership,
    Role,
    Visibility,
)
from circles.models.circle import QUESTION_LENGTH, QUESTIONS_MAX
from core.errors import Invalid, NotFound
from core.events import record
from core.media.codes import shows_code
from core.models import Picture
from core.text.clean import clean, clean_line, require_length
from core.text.contacts import contact_in

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
    founding_id: int | None = None,
) -> Circle:
    """Found a circle and make `owner` its first member. Without a `slug` its address is `c<number>`.

    Locks the owner, so that two at once do not pass the limit. A merchant's circle is not counted and not
    asked for: its approval decided. Raises `Refused` (codes of `rules.can_found`), `Invalid` with code
    required, too_long, bad_slug, slug_reserved, slug_taken, contact_details or shows_code, and `NotFound` for a picture
    of somebody else. Whether an application has to go before it is asked by circles.actions.foundings.
    """
    values = cleaned(name=name, intro=intro, rules=rules, kind=kind)
    slug = checked_slug(slug)
    require_fit(owner, avatar=avatar, cover=cover)
    try:
        with transaction.atomic():
            if kind == CircleKind.INTEREST:
                require_room(owner, waiting=_waiting(owner, but_for=founding_id))
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
            raise slug_taken() from error
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
    visibility: str | None = None,
    entry: str | None = None,
    questions: Sequence[str] | None = None,
    member_cap: int | None = None,
) -> Circle:
    """Change what is given (None: stays as it is; a `member_cap` of 0 takes the cap away). Number and address never
    change. Who may change the circle may change all of it, but for masks, doors and cap, which are the owner's.

    Raises `Refused` (codes of `rules.can_edit_circle` and `rules.can_manage`), `Invalid` with required, too_long,
    contact_details, shows_code, too_few (a cap below the members there are) or merchant_circle, `NotFound` for a closed
    circle or a picture of somebody else.
    """
    mine = Membership.objects.filter(user=actor, circle=circle).first()
    circle_rules.can_edit_circle(actor, mine).require()
    if any(value is not None for value in (masks_authors, visibility, entry, questions, member_cap)):
        circle_rules.can_manage(actor, mine).require()
    values: dict[str, Any] = dict(cleaned(name=name, intro=intro, rules=rules, kind=circle.kind))
    if questions is not None:
        values["questions"] = _cleaned_questions(questions)
    if entry is not None:
        values["entry"] = _one_of(Entry.values, entry, field="entry")
    if visibility is not None:
        _one_of(Visibility.values, visibility, field="visibility")
    require_fit(actor, avatar=avatar, cover=cover)
    for field, picture in (("cover", cover), ("avatar", avatar)):
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
        if member_cap is not None:
            values["member_cap"] = _cap_for(fresh, member_cap)
        changed = [field for field, value in values.items() if getattr(fresh, field) != value]
        for field in changed:
            setattr(fresh, field, values[field])
        fresh.save(update_fields=changed)
        opened = visibility is not None and gates.set_visibility(circle=fresh, visibility=visibility)
        doors = [field for field in changed if field in ("entry", "questions", "member_cap")]
        if opened or doors:
            log.write(circle=fresh, kind=DeedKind.DOORS, actor=actor, visibility=fresh.visibility, entry=fresh.entry)
        if told := [field for field in changed if field not in doors]:
            log.write(circle=fresh, kind=DeedKind.EDITED, actor=actor, fields=sorted(told))
        record(CircleChanged(circle_id=fresh.pk))
    return fresh


def close(*, circle: Circle) -> bool:
    """Take the circle and all that is in it out of sight; True if it was open. The caller asks who may.

    Its invitations are revoked for good: whoever opens it again makes new ones.
    """
    with transaction.atomic():
        closed = _change_state(circle, CircleState.OPEN, CircleState.CLOSED)
        if closed:
            Invitation.objects.filter(circle=circle, revoked_at=None).update(revoked_at=timezone.now())
    return closed


def reopen(*, circle: Circle) -> bool:
    """Bring it back as it was; True if it was closed. The caller asks who may."""
    return _change_state(circle, CircleState.CLOSED, CircleState.OPEN)


@transaction.atomic
def _change_state(circle: Circle, old: CircleState, new: CircleState) -> bool:
    changed = Circle.objects.filter(pk=circle.pk, state=old).update(state=new)
    if changed:
        record(CircleChanged(circle_id=circle.pk))
    return bool(changed)


def require_room(owner: User, *, waiting: int) -> None:
    """Raise `Refused` where this person may found no more circles. Locks the person until the transaction ends."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)
    owned = Circle.objects.filter(owner=owner, kind=CircleKind.INTEREST, state=CircleState.OPEN).count()
    circle_rules.can_found(owner, owned=owned + waiting).require()


def _waiting(owner: User, *, but_for: int | None) -> int:
    rows = Founding.objects.filter(applicant=owner, state=FoundingState.WAITING)
    return rows.exclude(pk=but_for or 0).count()


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('circles_circle_number')")
        return int(cursor.fetchone()[0])


def cleaned(
    *, name: str | None, intro: str | None, rules: str | None, kind: str = CircleKind.INTEREST
) -> dict[str, str]:
    """What of these is given, as it is stored. Raises `Invalid` (required, too_long, contact_details)."""
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
        if kind == CircleKind.INTEREST:
            require_no_contact(value, field=field)
    return values


_SAID = {
    "mail": gettext_lazy("an e-mail address"),
    "link": gettext_lazy("a link"),
    "account": gettext_lazy("an account somewhere else"),
    "number": gettext_lazy("a phone or account number"),
}


def require_no_contact(text: str, *, field: str) -> None:
    """Circles are found here and talk here. Raises `Invalid` (contact_details). A merchant is a business with a licence
    and may be reached."""
    if code := contact_in(text):
        raise Invalid(
            "contact_details",
            _("There seems to be %(what)s in it. What leads people elsewhere does not belong here.")
            % {"what": _SAID[code]},
            field=field,
        )


def require_fit(person: User, **shown: Picture | None) -> None:
    """Pictures for a circle: one's own, and without a code to scan. Decodes them, so call it outside a transaction.

    Raises `NotFound` (picture_not_found) and `Invalid` (shows_code).
    """
    for field, picture in shown.items():
        _require_own(person, picture)
        if picture is not None and shows_code(picture):
            raise Invalid(
                "shows_code", _("There is a QR code in this picture. Please choose one without."), field=field
            )


def _cleaned_questions(questions: Sequence[str]) -> list[str]:
    found = [line for line in (clean_line(question) for question in questions) if line]
    if len(found) > QUESTIONS_MAX:
        raise Invalid("too_many", _("At most %(most)s questions.") % {"most": QUESTIONS_MAX}, field="questions")
    for line in found:
        require_length(line, most=QUESTION_LENGTH, field="questions")
        require_no_contact(line, field="questions")
    return found


def _one_of(known: Sequence[str], value: str, *, field: str) -> str:
    if value not in known:
        raise Invalid("bad_choice", _("Please choose one of those offered."), field=field)
    return value


def _cap_for(circle: Circle, cap: int) -> int | None:
    if cap <= 0:
        return None
    if cap < circle.member_count:
        text = _("There are %(count)s members already.") % {"count": circle.member_count}
        raise Invalid("too_few", text, field="member_cap")
    return min(cap, 2**31 - 1)


def checked_slug(slug: str) -> str:
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
        raise slug_taken()
    return slug


def slug_taken() -> Invalid:
    return Invalid("slug_taken", _("Another circle has this address."), field="slug")


def _require_own(person: User, picture: Picture | None) -> None:
    if picture is not None and picture.owner_id != person.pk:
        raise NotFound("picture_not_found", _("There is no such picture."))

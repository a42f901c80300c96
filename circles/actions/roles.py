"""Who is what in a circle: roles, what they may do, titles. Names carry them by `Circle.marks`, written here alone.

Locks are taken in the order of everything else here: memberships by their people's ids, then the circle.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import log
from circles.events import MemberConcerned
from circles.models import Circle, CircleState, DeedKind, Membership, Role
from circles.models.membership import DEFAULT_POWERS, EVERY_POWER, TITLE_MAX
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.text.clean import clean_line, require_length

CHANGEABLE = (Role.ADMIN, Role.MODERATOR, Role.EDITOR)
MARKED_MAX = 200
"""People with a role or a title in one circle: the circle's row carries them all."""


def appoint(*, actor: User, circle: Circle, user: User, role: str) -> Membership:
    """Give a member this role; `Role.MEMBER` takes theirs. Idempotent. Locks the circle and the membership.

    Writes the membership, the circle's marks and its log. Raises `Refused` (codes of `rules.can_appoint`, too_many),
    `Invalid` (unknown_role) and `NotFound` for a closed circle.
    """
    if role not in (*CHANGEABLE, Role.MEMBER):
        raise Invalid("unknown_role", _("There is no such role."), field="role")
    with transaction.atomic():
        mine, theirs = _both(circle, actor, user)
        here = lock_circle(circle)
        rules.can_appoint(actor, mine, theirs, role).require()
        assert theirs is not None  # by the rule
        if theirs.role == role:
            return theirs
        before = theirs.role
        set_role(here, theirs, role)
        deed = log.write(circle=here, kind=DeedKind.ROLE, actor=actor, subject=user, before=before, after=role)
        record(MemberConcerned(deed_id=deed.pk))
    return theirs


def give_title(*, actor: User, circle: Circle, user: User, title: str) -> Membership:
    """Give a member a title; an empty one takes it. Idempotent. Locks the circle and the membership.

    Raises `Refused` (codes of `rules.can_give_titles`, too_many), `Invalid` (too_long, bad_title) and `NotFound`.
    """
    title = clean_line(title)
    require_length(title, most=TITLE_MAX, field="title")
    if ":" in title or title.casefold() in _role_names():
        raise Invalid("bad_title", _("A title must not look like a role."), field="title")
    with transaction.atomic():
        mine, theirs = _both(circle, actor, user)
        here = lock_circle(circle)
        rules.can_give_titles(actor, mine, theirs).require()
        assert theirs is not None  # by the rule
        if theirs.title == title:
            return theirs
        theirs.title = title
        theirs.save(update_fields=["title"])
        mark(here, theirs)
        deed = log.write(circle=here, kind=DeedKind.TITLE, actor=actor, subject=user, title=title)
        record(MemberConcerned(deed_id=deed.pk))
    return theirs


def set_powers(*, actor: User, circle: Circle, powers: Mapping[str, int]) -> None:
    """Say what the roles named may do here, as bits of `Power`. Locks the circle; writes it and its staff's rows.

    Appointing and titles stay the owner's. Raises `Refused` (codes of `rules.can_manage`), `Invalid` and `NotFound`.
    """
    if not set(powers) <= set(CHANGEABLE):
        raise Invalid("unknown_role", _("There is no such role."), field="role")
    with transaction.atomic():
        staff = Membership.objects.select_for_update(no_key=True).filter(
            circle=circle, role__in=[*CHANGEABLE, Role.OWNER]
        )
        mine = {row.user_id: row for row in staff.order_by("user_id")}.get(actor.pk)
        here = lock_circle(circle)
        rules.can_manage(actor, mine).require()
        wanted = {role: int(bits) & EVERY_POWER for role, bits in powers.items()}
        changed = {role: bits for role, bits in wanted.items() if bits != powers_of(here, role)}
        if not changed:
            return
        kept = {**here.role_powers, **changed}
        here.role_powers = {role: bits for role, bits in kept.items() if bits != DEFAULT_POWERS[role]}
        here.save(update_fields=["role_powers"])
        for role in changed:
            Membership.objects.filter(circle=here, role=role).update(powers=here.role_powers.get(role))
        log.write(circle=here, kind=DeedKind.POWERS, actor=actor, roles=sorted(changed))


def powers_of(circle: Circle, role: str) -> int:
    """What the role may do in this circle, as bits of `Power`."""
    return int(circle.role_powers.get(role, DEFAULT_POWERS[role]))


def set_role(circle: Circle, membership: Membership, role: str) -> None:
    """Write role, powers and mark; the circle is locked, and the caller has asked and logs."""
    membership.role = role
    membership.powers = circle.role_powers.get(role)
    membership.save(update_fields=["role", "powers"])
    mark(circle, membership)


def mark(circle: Circle, membership: Membership) -> None:
    """Keep the member's role and title on the circle's row, which is locked. Raises `Refused`: too_many."""
    key, found = str(membership.user_id), _mark_of(membership)
    if circle.marks.get(key, "") == found:
        return
    if found:
        if key not in circle.marks and len(circle.marks) >= MARKED_MAX:
            text = _("At most %(most)s people of a circle can have a role or a title.")
            raise Refused("too_many", text % {"most": MARKED_MAX})
        circle.marks[key] = found
    else:
        del circle.marks[key]
    circle.save(update_fields=["marks"])


def unmark(*, circle_id: int, user_id: int) -> None:
    """Somebody left who had a role or a title. Locks the circle."""
    here = Circle.objects.select_for_update(no_key=True).filter(pk=circle_id, marks__has_key=str(user_id)).first()
    if here is not None:
        del here.marks[str(user_id)]
        here.save(update_fields=["marks"])


def lock_circle(circle: Circle) -> Circle:
    """The circle as it is now, locked until the transaction ends. Raises `NotFound` for a closed one."""
    here = Circle.objects.select_for_update(no_key=True).filter(pk=circle.pk, state=CircleState.OPEN).first()
    if here is None:
        raise NotFound("circle_not_found", _("There is no such circle."))
    return here


def _both(circle: Circle, actor: User, user: User) -> tuple[Membership | None, Membership | None]:
    rows = Membership.objects.select_for_update(no_key=True).filter(circle=circle, user__in=[actor.pk, user.pk])
    found: dict[int, Any] = {row.user_id: row for row in rows.order_by("user_id")}
    return found.get(actor.pk), found.get(user.pk)


def _mark_of(membership: Membership) -> str:
    if not membership.is_active:
        return ""
    role = "" if membership.role == Role.MEMBER else str(membership.role)
    return f"{role}:{membership.title}" if membership.title else role


def _role_names() -> set[str]:
    """What the labels of roles read like, in the languages there are: nobody is to look like staff who is not."""
    from django.conf import settings
    from django.utils.translation import override

    names = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            names |= {str(role.label).casefold() for role in Role}
    return names | {"官方", "official", "系统", "system"}

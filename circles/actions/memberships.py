"""Coming, going, and being kept out. The membership row outlives leaving, so a ban cannot be shaken off."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import NoticeLevel, User
from circles import rules
from circles.actions import events, gates, roles
from circles.events import MemberJoined, MemberLeft
from circles.models import Circle, Entry, GateAction, JoinRequest, Membership, MembershipState, RequestState, Role
from core.counters import move
from core.errors import Refused
from core.events import record
from core.prepared import Prepared


def join(*, user: User, circle: Circle, is_invited: bool = False) -> Membership:
    """Make `user` a member; who is one already stays one. Locks the membership. `is_invited`: somebody who may let
    people in has done so, by an invitation or by accepting an application. What they asked for is settled with it.

    Writes the membership and the circle's counter, records MemberJoined.
    Raises `Refused`: codes of `rules.can_join`.
    """
    rules.can_write(user).require()
    with transaction.atomic():
        circle = Circle.objects.get(pk=circle.pk)
        person = gates.person_for(GateAction.ENTER, user=user, circle=circle)
        membership = lock(user=user, circle=circle)
        rules.can_join(person, circle, membership, is_invited=is_invited).require()
        if membership.is_active:
            return membership
        _take_a_place(circle)
        membership.state = MembershipState.ACTIVE
        membership.joined_at = timezone.now()
        membership.save(update_fields=["state", "joined_at"])
        if circle.entry != Entry.OPEN:
            settled = JoinRequest.objects.filter(circle=circle, user=user).waiting()
            settled.update(state=RequestState.ACCEPTED, decided_at=timezone.now())
        record(MemberJoined(circle_id=circle.pk, user_id=user.pk))
    return membership


def leave(*, user: User, circle: Circle) -> None:
    """End the membership; who is no member stays none. Locks the membership. Posts and comments stay.

    A moderator who leaves comes back as a member; a silence and a ban remain.
    Raises `Refused`: codes of `rules.can_leave`.
    """
    with transaction.atomic():
        membership = find_locked(user=user, circle=circle)
        rules.can_leave(user, membership).require()
        if membership is not None and membership.is_active:
            _end(membership, MembershipState.LEFT)


def set_muted(*, user: User, circle: Circle, muted: bool) -> Membership:
    """Turn notifications from this circle off, or on again at the person's default. Raises `Refused`: `not_member`."""
    level = NoticeLevel.MUTED if muted else unmuted(user)
    return set_level(user=user, circle=circle, level=level)


def unmuted(user: User) -> str:
    """The level of what is to be heard again: the person's default, unless that is silence."""
    return NoticeLevel.HIGHLIGHTS if user.notice_level == NoticeLevel.MUTED else ""


def set_level(*, user: User, circle: Circle, level: str) -> Membership:
    """Choose how much of this circle reaches the person; empty: their default. Raises `Refused` with `not_member`."""
    with transaction.atomic():
        membership = find_locked(user=user, circle=circle)
        if membership is None or not membership.is_active:
            raise Refused("not_member", _("You are not a member of this circle."))
        membership.level = level
        membership.save(update_fields=["level"])
    return membership


def silence(*, user: User, circle: Circle, until: datetime) -> Membership:
    """Keep `user` from posting and commenting in `circle` until then, member or not.

    Whether the caller may do that is asked by moderation. Raises `Refused` with `is_owner`.
    """
    with transaction.atomic():
        membership = lock(user=user, circle=circle)
        _require_not_owner(membership)
        membership.silenced_until = until
        membership.save(update_fields=["silenced_until"])
    return membership


def unsilence(*, user: User, circle: Circle) -> None:
    """Let `user` write in `circle` again; idempotent."""
    Membership.objects.filter(user=user, circle=circle).update(silenced_until=None)


def ban(*, user: User, circle: Circle) -> Membership:
    """Put `user` out of `circle` for good: no joining, posting, commenting or liking, and no place at what is to come.

    Idempotent. Whether the caller may do that is asked by moderation. Records MemberLeft if it ends a membership.
    Raises `Refused` with `is_owner`.
    """
    with transaction.atomic():
        membership = lock(user=user, circle=circle)
        _require_not_owner(membership)
        if membership.is_active:
            _end(membership, MembershipState.BANNED)
        elif not membership.is_banned:
            membership.state = MembershipState.BANNED
            membership.save(update_fields=["state"])
        events.give_up_all(user=user, circle=circle)
    return membership


def remove(*, user: User, circle: Circle) -> bool:
    """End the membership; they may come back by the ways there are. True if there was one. The caller asks who may.

    Raises `Refused` with `is_owner`.
    """
    with transaction.atomic():
        membership = lock(user=user, circle=circle)
        _require_not_owner(membership)
        if not membership.is_active:
            return False
        _end(membership, MembershipState.LEFT)
    return True


def unban(*, user: User, circle: Circle) -> None:
    """Let `user` join again; idempotent. It makes nobody a member."""
    Membership.objects.filter(user=user, circle=circle, state=MembershipState.BANNED).update(state=MembershipState.LEFT)


def find_locked(*, user: User, circle: Circle) -> Membership | None:
    """The membership, locked until the transaction ends, or None. Writes by one person in one circle take turns."""
    found: Membership | None = _to_lock.first(user=user.pk, circle=circle.pk)
    return found


_to_lock = Prepared(
    lambda any_: Membership.objects.select_for_update(no_key=True).filter(user_id=any_.user, circle_id=any_.circle),
    "user",
    "circle",
)


def lock(*, user: User, circle: Circle) -> Membership:
    """The membership, locked; where there was none, one that was left, so that there is a row to lock."""
    membership = find_locked(user=user, circle=circle)
    if membership is None:
        Membership.objects.bulk_create(
            [Membership(user_id=user.pk, circle_id=circle.pk, state=MembershipState.LEFT)], ignore_conflicts=True
        )
        membership = Membership.objects.select_for_update(no_key=True).get(user_id=user.pk, circle_id=circle.pk)
    return membership


def _end(membership: Membership, state: MembershipState) -> None:
    had_mark = membership.role != Role.MEMBER or bool(membership.title)
    membership.state = state
    membership.role, membership.powers, membership.title = Role.MEMBER, None, ""
    membership.save(update_fields=["state", "role", "powers", "title"])
    if had_mark:
        roles.unmark(circle_id=membership.circle_id, user_id=membership.user_id)
    _count(membership.circle_id, -1)
    record(MemberLeft(circle_id=membership.circle_id, user_id=membership.user_id))


def _take_a_place(circle: Circle) -> None:
    """Count one member more, where there is room for one. Raises `Refused`: circle_full."""
    room = Circle.objects.filter(Q(member_cap=None) | Q(member_count__lt=F("member_cap")), pk=circle.pk)
    if not room.update(member_count=F("member_count") + 1):
        rules.circle_full(Circle.objects.get(pk=circle.pk)).require()


def _count(circle_id: int, change: int) -> None:
    move(Circle, circle_id, member_count=change)


def _require_not_owner(membership: Membership) -> None:
    if membership.role == Role.OWNER:
        raise Refused("is_owner", _("That is the owner of the circle."))

"""Keeping people at a distance: block, mute, and the shield that says who may turn to a person at all."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import follows
from accounts.models import Block, Mute, Reach, User
from core.errors import DomainError, Invalid, Refused

DISTANT_MAX = 5_000
"""People one may block, and as many one may mute."""


def block(*, user: User, person: User) -> None:
    """From now on neither sees what the other writes, nor can answer, mention or like it, and neither follows the
    other any more. Idempotent; nobody is told.

    Locks the user, and the follow settings of both. Raises `Invalid` (not_oneself), `Refused` (too_many_blocked).
    """
    _require_another(user, person)
    with transaction.atomic():
        _locked(user)
        follows.lock_both(user.pk, person.pk)
        _require_room(Block.objects.filter(blocker=user).exclude(blocked=person).count())
        Block.objects.bulk_create([Block(blocker=user, blocked=person)], ignore_conflicts=True)
        follows.part(one_id=user.pk, other_id=person.pk)
    user.keeps_distance = True


def unblock(*, user: User, person: User) -> None:
    """Take the block back; idempotent. What the other side chose stays."""
    Block.objects.filter(blocker=user, blocked=person).delete()


def mute(*, user: User, person: User) -> None:
    """Hear less of somebody: not in home and lists, no notifications. Idempotent; nobody is told.

    Locks the user. Raises `Invalid` (not_oneself), `Refused` (too_many_blocked).
    """
    _require_another(user, person)
    with transaction.atomic():
        _locked(user)
        _require_room(Mute.objects.filter(muter=user).exclude(muted=person).count())
        Mute.objects.bulk_create([Mute(muter=user, muted=person)], ignore_conflicts=True)
    user.keeps_distance = True


def unmute(*, user: User, person: User) -> None:
    """Hear of them again; idempotent."""
    Mute.objects.filter(muter=user, muted=person).delete()


def choose_reach(*, user: User, reach: str) -> None:
    """Say who may turn to this person. Raises `Invalid` (bad_reach)."""
    if reach not in Reach.values:
        raise Invalid("bad_reach", _("Please choose one of these."), field="reach")
    User.objects.filter(pk=user.pk).update(reach=reach)
    user.reach = reach


def _require_another(user: User, person: User) -> None:
    if user.pk == person.pk:
        raise Invalid("not_oneself", _("That is you."))


def _locked(user: User) -> User:
    locked: User | None = User.objects.select_for_update(no_key=True).only("pk").filter(pk=user.pk).first()
    if locked is None:
        raise DomainError("account_closed", _("This account is closed."))
    return locked


def _require_room(others: int) -> None:
    if others >= DISTANT_MAX:
        raise Refused("too_many_blocked", _("That is more than one person can keep. Take some back first."))

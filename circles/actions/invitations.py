"""Links into a circle that run out, have a number of uses, and can be revoked."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import memberships
from circles.models import Circle, Invitation, InvitationUse, Membership
from core.errors import Invalid, NotFound, Refused
from core.text.clean import clean_line, require_length

DAYS_MAX = 90
USES_MAX = 10_000
STANDING_MAX = 20
"""Invitations of a circle that stand at a time."""


def make(*, actor: User, circle: Circle, days: int, uses_max: int | None = None, note: str = "") -> Invitation:
    """Make a link that works for so many days and, unless None, so many people. Locks the circle.

    Raises `Refused` (codes of `rules.can_invite`, too_many) and `Invalid` (bad_number, too_long).
    """
    note = clean_line(note)
    require_length(note, most=40, field="note")
    if not 1 <= days <= DAYS_MAX:
        raise Invalid("bad_number", _("Between 1 and %(most)s days.") % {"most": DAYS_MAX}, field="days")
    if uses_max is not None and not 1 <= uses_max <= USES_MAX:
        raise Invalid("bad_number", _("Between 1 and %(most)s people.") % {"most": USES_MAX}, field="uses_max")
    with transaction.atomic():
        rules.can_invite(actor, Membership.objects.filter(user=actor, circle=circle).first()).require()
        Circle.objects.select_for_update(no_key=True).only("pk").get(pk=circle.pk)
        if Invitation.objects.standing().filter(circle=circle).count() >= STANDING_MAX:
            text = _("%(most)s invitations are out already. Revoke one of them first.")
            raise Refused("too_many", text % {"most": STANDING_MAX})
        return Invitation.objects.create(
            circle=circle,
            code=secrets.token_urlsafe(9),
            note=note,
            made_by=actor,
            uses_max=uses_max,
            expires_at=timezone.now() + timedelta(days=days),
        )


def revoke(*, actor: User, invitation: Invitation) -> bool:
    """Let it open nothing any more; True if it stood until now. Raises `Refused`: codes of `rules.can_invite`."""
    rules.can_invite(actor, Membership.objects.filter(user=actor, circle=invitation.circle).first()).require()
    rows = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    return bool(rows.update(revoked_at=timezone.now()))


def accept(*, user: User, invitation: Invitation) -> Membership:
    """Join by this link, whatever the way in; gates are asked, and a ban stays. Who is a member stays one and spends
    nothing; who used it before spends nothing either.

    The use is counted where it is still to be had, in one statement. Raises `NotFound` (invitation_over) and `Refused`
    (codes of `rules.can_join`).
    """
    with transaction.atomic():
        membership = Membership.objects.filter(user=user, circle=invitation.circle).first()
        if membership is not None and membership.is_active:
            return membership
        if not Invitation.objects.standing().filter(pk=invitation.pk).exists() and not _came_by(user, invitation):
            raise over()
        joined = memberships.join(user=user, circle=invitation.circle, is_invited=True)
        _spend(user, invitation)
    return joined


def over() -> NotFound:
    return NotFound("invitation_over", _("This invitation is not valid any more. Ask for a new one."))


def _came_by(user: User, invitation: Invitation) -> bool:
    stands = invitation.revoked_at is None and not invitation.is_over
    return stands and InvitationUse.objects.filter(invitation=invitation, user=user).exists()


def _spend(user: User, invitation: Invitation) -> None:
    _use, is_new = InvitationUse.objects.get_or_create(invitation=invitation, user=user)
    if not is_new:
        return
    free = Invitation.objects.filter(Q(uses_max=None) | Q(use_count__lt=F("uses_max")), pk=invitation.pk)
    if not free.filter(revoked_at=None).update(use_count=F("use_count") + 1):
        raise over()

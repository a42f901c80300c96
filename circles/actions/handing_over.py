"""A circle gets another owner, or its owner closes it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import can_write
from circles import rules
from circles.actions import circles
from circles.models import Circle, CircleState, Membership, Role
from core.errors import Invalid, NotFound


def hand_over(*, owner: User, circle: Circle, to: User) -> None:
    """Make another member the owner; the present one stays as a moderator. Locks the circle and both memberships.

    Raises `Refused` (codes of `rules.can_manage`), `Invalid` (no_member, cannot_own: who may not write owns nothing)
    and `NotFound` for a closed circle.
    """
    with transaction.atomic():
        fresh = _locked_open(circle)
        people = {
            row.user_id: row
            for row in Membership.objects.select_for_update(no_key=True)
            .filter(circle=fresh, user__in=[owner.pk, to.pk])
            .order_by("user_id")
        }
        rules.can_manage(owner, people.get(owner.pk)).require()
        heir = people.get(to.pk)
        if heir is None or not heir.is_active or to.pk == owner.pk:
            raise Invalid("no_member", _("Choose another member of the circle."), field="to")
        if not can_write(User.objects.get(pk=to.pk)) or heir.is_silenced:
            raise Invalid(
                "cannot_own", _("This person may not write at present, and so cannot own a circle."), field="to"
            )
        people[owner.pk].role = Role.MODERATOR
        people[owner.pk].save(update_fields=["role"])
        heir.role = Role.OWNER
        heir.save(update_fields=["role"])
        fresh.owner = to
        fresh.save(update_fields=["owner"])


def close_own(*, owner: User, circle: Circle) -> None:
    """Close the circle for everybody: it and all in it is out of sight. Raises as `hand_over`."""
    with transaction.atomic():
        fresh = _locked_open(circle)
        rules.can_manage(owner, Membership.objects.filter(circle=fresh, user=owner).first()).require()
        circles.close(circle=fresh)


def _locked_open(circle: Circle) -> Circle:
    fresh = Circle.objects.select_for_update(no_key=True).filter(pk=circle.pk).first()
    if fresh is None or fresh.state != CircleState.OPEN:
        raise NotFound("circle_not_found", _("There is no such circle."))
    return fresh

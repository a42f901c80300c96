"""A circle gets another owner, or its owner closes it. It takes two to hand over: one offers, the other accepts."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import can_write
from circles import rules
from circles.actions import circles, log, roles
from circles.events import CircleOffered, OfferAnswered
from circles.models import (
    Circle,
    CircleState,
    DeedKind,
    Membership,
    MembershipState,
    Offer,
    OfferState,
    Role,
    Successor,
)
from circles.models.succession import SUCCESSORS_MAX
from core.errors import Invalid, NotFound
from core.events import record


def offer(*, owner: User, circle: Circle, to: User) -> Offer:
    """Offer the circle to another member: the first confirmation. Who has been offered it already is asked no more.

    Locks both memberships and the circle; an offer to somebody else is withdrawn by it. Raises `Refused` (codes of
    `rules.can_manage`), `Invalid` (no_member, cannot_own) and `NotFound` for a closed circle.
    """
    with transaction.atomic():
        people = _memberships(circle, owner.pk, to.pk)
        fresh = _locked_open(circle)
        rules.can_manage(owner, people.get(owner.pk)).require()
        require_fit(people.get(to.pk), owner_id=owner.pk)
        standing = Offer.objects.filter(circle=fresh, state=OfferState.WAITING).first()
        if standing is not None:
            if standing.to_id == to.pk and standing.by_id == owner.pk and standing.is_standing:
                return standing
            _settle(standing, OfferState.WITHDRAWN)
        made = make_offer(fresh, by=owner, to=to)
        log.write(circle=fresh, kind=DeedKind.OFFERED, actor=owner, subject=to)
    return made


def make_offer(circle: Circle, *, by: User | None, to: User) -> Offer:
    """Write the offer and have them told; the caller holds the circle locked and has asked."""
    lapses_at = timezone.now() + timedelta(days=settings.CIRCLE_OFFER_DAYS)
    made = Offer.objects.create(circle=circle, by=by, to=to, lapses_at=lapses_at)
    record(CircleOffered(offer_id=made.pk))
    return made


def withdraw(*, owner: User, circle: Circle) -> bool:
    """Take the offer back; True if one was waiting. Raises `Refused`: codes of `rules.can_manage`."""
    with transaction.atomic():
        rules.can_manage(owner, Membership.objects.filter(circle=circle, user=owner).first()).require()
        rows = Offer.objects.filter(circle=circle, state=OfferState.WAITING)
        return bool(rows.update(state=OfferState.WITHDRAWN, answered_at=timezone.now()))


def accept(*, user: User, offer: Offer) -> bool:
    """Become the owner: the second confirmation. False if the offer stands no more.

    Locks the memberships, the circle and the offer. The former owner stays as an admin, or, where the site offered it
    since they are gone, as a member. Raises `Refused` (codes of can_write) and `Invalid` (no_member, cannot_own).
    """
    can_write(user).require()
    with transaction.atomic():
        people = _memberships(offer.circle, offer.circle.owner_id, user.pk)
        fresh = _locked_open(offer.circle)
        standing = Offer.objects.select_for_update().get(pk=offer.pk)
        if standing.to_id != user.pk or not standing.is_standing:
            return False
        if standing.by_id is not None and standing.by_id != fresh.owner_id:
            _settle(standing, OfferState.LAPSED)
            return False
        require_fit(people.get(user.pk), owner_id=fresh.owner_id)
        _settle(standing, OfferState.ACCEPTED)
        transfer(fresh, to=people[user.pk], former=people.get(fresh.owner_id), is_gone=standing.by_id is None)
        record(OfferAnswered(offer_id=standing.pk))
    return True


def decline(*, user: User, offer: Offer) -> bool:
    """Say no, thank you; True if it stood until now."""
    with transaction.atomic():
        standing = Offer.objects.select_for_update().get(pk=offer.pk)
        if standing.to_id != user.pk or standing.state != OfferState.WAITING:
            return False
        _settle(standing, OfferState.DECLINED)
        record(OfferAnswered(offer_id=standing.pk))
    return True


def name_successors(*, owner: User, circle: Circle, people: list[User]) -> list[Successor]:
    """Say who is asked, in this order, should the owner be gone; an empty list: nobody.

    Raises `Refused` (codes of `rules.can_manage`) and `Invalid` (no_member, too_many).
    """
    people = list(dict.fromkeys(people))
    if len(people) > SUCCESSORS_MAX:
        raise Invalid("too_many", _("At most %(most)s people.") % {"most": SUCCESSORS_MAX}, field="successors")
    with transaction.atomic():
        fresh = _locked_open(circle)
        rules.can_manage(owner, Membership.objects.filter(circle=fresh, user=owner).first()).require()
        members = Membership.objects.active().filter(circle=fresh, user__in=people).exclude(user=owner)
        if members.count() < len(people):
            raise Invalid("no_member", _("Choose other members of the circle."), field="successors")
        Successor.objects.filter(circle=fresh).delete()
        return Successor.objects.bulk_create(
            Successor(circle=fresh, user=person, position=number) for number, person in enumerate(people, start=1)
        )


def transfer(circle: Circle, *, to: Membership, former: Membership | None, is_gone: bool) -> None:
    """Make `to` the owner; all three are locked by the caller, who has asked. Writes the log."""
    if former is not None and former.role == Role.OWNER:
        roles.set_role(circle, former, Role.MEMBER if is_gone else Role.ADMIN)
    roles.set_role(circle, to, Role.OWNER)
    circle.owner_id = to.user_id
    circle.vacancy = ""
    circle.save(update_fields=["owner", "vacancy"])
    Successor.objects.filter(circle=circle, user=to.user_id).delete()
    log.write(circle=circle, kind=DeedKind.HANDED_OVER, actor=to.user)


def is_fit(membership: Membership | None) -> bool:
    """May this person own the circle: an active member who may write, here and everywhere? Load `user` along."""
    if membership is None or membership.state != MembershipState.ACTIVE or membership.is_silenced:
        return False
    return bool(can_write(membership.user))


def require_fit(heir: Membership | None, *, owner_id: int) -> None:
    """Raise `Invalid` (no_member, cannot_own) unless `heir` may own the circle and does not yet."""
    if heir is None or not heir.is_active or heir.user_id == owner_id:
        raise Invalid("no_member", _("Choose another member of the circle."), field="to")
    if not is_fit(heir):
        text = _("This person may not write at present, and so cannot own a circle.")
        raise Invalid("cannot_own", text, field="to")


def close_own(*, owner: User, circle: Circle) -> None:
    """Close the circle for everybody: it and all in it is out of sight. Raises as `offer`."""
    with transaction.atomic():
        fresh = _locked_open(circle)
        rules.can_manage(owner, Membership.objects.filter(circle=fresh, user=owner).first()).require()
        circles.close(circle=fresh)


def _settle(offer: Offer, state: OfferState) -> None:
    offer.state, offer.answered_at = state, timezone.now()
    offer.save(update_fields=["state", "answered_at"])


def _memberships(circle: Circle, *people: int) -> dict[int, Membership]:
    """Locked in the order of people's ids, before the circle (see circles.actions.roles)."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return {row.user_id: row for row in rows.filter(circle=circle, user__in=people).order_by("user_id")}


def _locked_open(circle: Circle) -> Circle:
    fresh = Circle.objects.select_for_update(no_key=True).filter(pk=circle.pk).first()
    if fresh is None or fresh.state != CircleState.OPEN:
        raise NotFound("circle_not_found", _("There is no such circle."))
    return fresh

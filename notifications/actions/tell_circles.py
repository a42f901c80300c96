"""Who hears of what happens to circles and in them: applications, roles, and owners who come and go."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from circles import governing
from circles.models import (
    Circle,
    Deed,
    DeedKind,
    Founding,
    FoundingState,
    JoinRequest,
    Membership,
    Offer,
    OfferState,
    Power,
    RequestState,
    Succession,
    SuccessionState,
)
from circles.models.membership import DEFAULT_POWERS
from notifications.actions.deliver import notice
from notifications.models import Kind

_OF_DEEDS = {
    DeedKind.SILENCED: "silenced",
    DeedKind.UNSILENCED: "unsilenced",
    DeedKind.REMOVED: "removed",
    DeedKind.BANNED: "banned",
    DeedKind.UNBANNED: "unbanned",
    DeedKind.ROLE: "role",
    DeedKind.TITLE: "title",
}


def founding_decided(*, founding_id: int) -> None:
    row = Founding.objects.select_related("circle").filter(pk=founding_id).first()
    if row is None or row.state not in (FoundingState.APPROVED, FoundingState.REFUSED):
        return
    founded = row.state == FoundingState.APPROVED and row.circle is not None
    url = row.circle.get_absolute_url() if founded and row.circle else reverse("circles:founding", args=[row.pk])
    _tell(row.applicant_id, f"founding:{row.pk}", row.name, url, "founded" if founded else "not_founded", row.reason)


def join_requested(*, request_id: int) -> None:
    """Tell those who may let people in."""
    row = JoinRequest.objects.select_related("circle", "user").filter(pk=request_id).first()
    if row is None or not row.is_waiting:
        return
    url = reverse("circles:requests", args=[row.circle.slug])
    for recipient in sorted(_carrying(row.circle, Power.ADMIT)):
        _tell(recipient, f"join_request:{row.pk}", row.circle.name, url, "asked", name=row.user.nickname)


def join_decided(*, request_id: int) -> None:
    row = JoinRequest.objects.select_related("circle").filter(pk=request_id).first()
    if row is None:
        return
    if row.state == RequestState.ACCEPTED:
        _tell(row.user_id, f"join:{row.pk}", row.circle.name, row.circle.get_absolute_url(), "accepted")
    elif row.state == RequestState.REFUSED:
        url = reverse("circles:apply", args=[row.circle.slug])
        _tell(row.user_id, f"join:{row.pk}", row.circle.name, url, "not_accepted", row.reason)


def member_concerned(*, deed_id: int) -> None:
    """Tell somebody what those who look after a circle did to them, and why; not who."""
    deed = Deed.objects.select_related("circle").filter(pk=deed_id).first()
    if deed is None or deed.subject_id is None or deed.subject_id == deed.actor_id:
        return
    data = {"role": deed.details.get("after", ""), "title": deed.details.get("title", "")}
    what = _OF_DEEDS[DeedKind(deed.kind)]
    _tell(
        deed.subject_id, f"deed:{deed.pk}", deed.circle.name, deed.circle.get_absolute_url(), what, deed.reason, **data
    )


def collection_removed(*, collection_id: int, circle_id: int, made_by_id: int, title: str, reason: str) -> None:
    """Tell whoever made it, and why; not who took it away. The notice is theirs alone: no name stands in it."""
    circle = Circle.objects.filter(pk=circle_id).first()
    if circle is not None:
        url = reverse("circles:collections", args=[circle.slug])
        key = f"collection:{collection_id}:removed"
        _tell(made_by_id, key, circle.name, url, "collection_removed", reason, title=title)


def circle_offered(*, offer_id: int) -> None:
    row = Offer.objects.select_related("circle", "by").filter(pk=offer_id).first()
    if row is None or not row.is_standing:
        return
    url = reverse("circles:offer", args=[row.circle.slug])
    by = {"name": row.by.nickname} if row.by else {}
    _tell(row.to_id, f"offer:{row.pk}", row.circle.name, url, "offered" if row.by else "named", **by)


def offer_answered(*, offer_id: int) -> None:
    """Tell whoever made the offer."""
    row = Offer.objects.select_related("circle", "to").filter(pk=offer_id).first()
    if row is None or row.by_id is None:
        return
    what = "taken" if row.state == OfferState.ACCEPTED else "not_taken"
    url, names = row.circle.get_absolute_url(), governing.bylines(row.circle, [row.to_id])
    name = names[row.to_id].nickname if row.to_id in names else row.to.nickname
    _tell(row.by_id, f"offer:{row.pk}:answer", row.circle.name, url, what, name=name)


def succession_moved(*, succession_id: int, state: str) -> None:
    """Tell the owner who is gone, and those who look after the circle; members hear of the vote (members_of_vote)."""
    row = Succession.objects.select_related("circle").filter(pk=succession_id).first()
    if row is None:
        return
    url, name, key = (
        reverse("circles:next_owner", args=[row.circle.slug]),
        row.circle.name,
        f"succession:{row.pk}:{state}",
    )
    staff = sorted(_staff(row.circle) - {row.absent_id, row.elected_id or 0})
    if state == SuccessionState.NOTICE:
        _tell(row.absent_id, key, name, row.circle.get_absolute_url(), "missed")
        for recipient in staff:
            _tell(recipient, key, name, url, "vacant")
    elif state == SuccessionState.ENDED and row.elected_id is not None:
        _tell(row.elected_id, key, name, row.circle.get_absolute_url(), "owner")
        for recipient in staff:
            _tell(recipient, key, name, url, "new_owner")


def members_of_vote(*, succession_id: int, after: int, until: int) -> None:
    """Tell this range of members that there is a vote, while there is one."""
    row = Succession.objects.select_related("circle").filter(pk=succession_id, state=SuccessionState.VOTE).first()
    if row is None:
        return
    url = reverse("circles:next_owner", args=[row.circle.slug])
    members = Membership.objects.active().filter(circle=row.circle, user_id__gt=after, user_id__lte=until)
    for recipient in members.order_by("user_id").values_list("user_id", flat=True):
        _tell(recipient, f"succession:{row.pk}:vote", row.circle.name, url, "vote")


def _carrying(circle: Circle, power: Power) -> set[int]:
    roles = [role for role, bits in DEFAULT_POWERS.items() if circle.role_powers.get(role, bits) & power]
    rows = Membership.objects.active().filter(circle=circle, role__in=roles)
    return set(rows.values_list("user_id", flat=True))


def _staff(circle: Circle) -> set[int]:
    return set(Membership.objects.active().filter(~Q(role="member"), circle=circle).values_list("user_id", flat=True))


def _tell(recipient_id: int, key: str, circle: str, url: str, what: str, detail: str = "", **data: Any) -> None:
    said = {"what": what, "circle": circle, "url": url, **data}
    notice(recipient_id=recipient_id, kind=Kind.CIRCLE, key=key, data=said, detail=detail)

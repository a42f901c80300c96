"""Reads of who owns a circle next: an offer, the named successors, and the vote when an owner is gone."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from accounts.models import User
from circles import governing
from circles.actions import succession as elections
from circles.byline import Byline
from circles.models import Circle, Membership, Offer, OfferState, Succession, SuccessionState, SuccessionVote, Successor
from core.errors import Refused


def standing_offer(circle: Circle) -> Offer | None:
    """The offer that waits for an answer; whoever calls has asked `rules.can_manage`. Queries: 1."""
    rows = Offer.objects.filter(circle=circle, state=OfferState.WAITING).select_related("to__avatar", "by", "circle")
    found = rows.first()
    return found if found is not None and found.is_standing else None


def offer_to(circle: Circle, person: User) -> Offer | None:
    """The offer that waits for this person's answer. Queries: 1."""
    found = standing_offer(circle)
    return found if found is not None and found.to_id == person.pk else None


def offer_names(offer: Offer) -> dict[str, Byline | None]:
    """Who offers, who is asked, as they appear in the circle. Queries: 1."""
    people = [person for person in (offer.by_id, offer.to_id) if person]
    names = governing.bylines(offer.circle, people)
    return {"by": names.get(offer.by_id or 0), "to": names.get(offer.to_id)}


def member_named(circle: Circle, name: str) -> Membership | None:
    """The active member who is called so in this circle, in whatever case. Queries: 1 or 2.

    Somebody under a name of this circle alone is not found by the one they have elsewhere.
    """
    if not name:
        return None
    rows = circle.memberships.active().select_related("user__avatar", "avatar")
    here = rows.filter(nickname_key=name.lower()).exclude(nickname="").first()
    person = None if here is not None else User.objects.named([name]).first()
    if person is None:
        return here
    return rows.filter(user=person).exclude(~Q(nickname=""), is_linked=False).first()


def successors(circle: Circle) -> list[Membership]:
    """Whom the owner named, in their order; who is no member any more is left out. Queries: 2."""
    order = list(Successor.objects.filter(circle=circle).values_list("user", flat=True))
    rows = circle.memberships.active().filter(user__in=order).select_related("user__avatar", "avatar")
    found = {row.user_id: row for row in rows}
    return [found[person] for person in order if person in found]


def succession_of(circle: Circle) -> Succession | None:
    """The last one. Queries: 1."""
    rows = Succession.objects.filter(circle=circle).select_related("absent", "elected", "circle")
    return rows.order_by("-id").first()


def election(found: Succession, viewer: User, membership: Membership | None) -> dict[str, Any]:
    """How far it is, who stands, and the viewer's own vote. Queries: 3."""
    candidacies = list(found.candidacies.order_by("-votes", "id"))
    elected = [found.elected_id] if found.elected_id else []
    names = governing.bylines(found.circle, [*elected, *(one.user_id for one in candidacies)])
    cast = SuccessionVote.objects.filter(succession=found, voter=viewer).first()
    why_no_vote, no_vote = _why_not(elections.may_vote, viewer, membership, found)
    why_no_stand, no_stand = _why_not(elections.may_stand, viewer, membership, found)
    return {
        "succession": found,
        "is_open": found.state == SuccessionState.VOTE,
        "elected": names.get(found.elected_id or 0),
        "candidates": [{"candidacy": one, "by": names[one.user_id]} for one in candidacies if one.user_id in names],
        "cast_for": cast.candidacy_id if cast else None,
        "mine": next((one for one in candidacies if one.user_id == viewer.pk), None),
        "why_no_vote": why_no_vote,
        "no_vote": no_vote,
        "why_no_stand": why_no_stand,
        "no_stand": no_stand,
    }


def _why_not(
    ask: Callable[[User, Membership | None, Succession], None],
    viewer: User,
    membership: Membership | None,
    found: Succession,
) -> tuple[str, str]:
    """Code and words of the refusal, or both empty."""
    try:
        ask(viewer, membership, found)
    except Refused as refused:
        return refused.code, str(refused)
    return "", ""

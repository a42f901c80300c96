"""What happens to a circle whose owner is gone: notice, named successors in turn, a vote, the team (docs/circles.md).

Every step is due at `Succession.turns_at` and taken by `advance`, whoever calls it and however often: beat asks for it
every hour. Whenever the owner is seen again before there is a new one, all of it ends.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import can_write
from circles.actions import handing_over, log
from circles.events import SuccessionMoved
from circles.models import (
    Candidacy,
    Circle,
    CircleKind,
    CircleState,
    DeedKind,
    Membership,
    Offer,
    OfferState,
    Succession,
    SuccessionState,
    SuccessionVote,
    Successor,
)
from circles.models.succession import RUNNING, STATEMENT_LENGTH
from core.errors import Refused
from core.events import record
from core.text.clean import clean_line, require_length

CANDIDATE_DAYS = 30
"""Who has been a member for less cannot stand."""


def ownerless(now: datetime) -> "QuerySet[Circle]":
    """Circles whose owner is gone, for whom nothing has begun."""
    gone = Q(owner__is_active=False) | Q(owner__last_seen_at__lt=_since(now))
    begun = Succession.objects.filter(circle=OuterRef("pk"), state__in=RUNNING)
    return Circle.objects.filter(~Exists(begun), gone, state=CircleState.OPEN, kind=CircleKind.INTEREST)


def begin(*, circle: Circle, now: datetime) -> Succession | None:
    """Give notice: to the owner, and to those who look after the circle. None if there is no need (any more)."""
    with transaction.atomic():
        here = Circle.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=circle.pk)
        running = Succession.objects.filter(circle=here, state__in=RUNNING).exists()
        if running or here.state != CircleState.OPEN or not is_gone(here.owner, now):
            return None
        # Whose account is closed needs no notice.
        wait = timedelta(days=settings.CIRCLE_NOTICE_DAYS if here.owner.is_active else 0)
        begun = Succession.objects.create(circle=here, absent=here.owner, began_at=now, turns_at=now + wait)
        log.write(circle=here, kind=DeedKind.VACANT, actor=None, subject=here.owner)
        _move(begun, here, SuccessionState.NOTICE, turns_at=begun.turns_at)
    return begun


def advance(*, succession: Succession, now: datetime) -> str:
    """Take the step that is due, if one is; returns the state it is in then. Locks memberships, circle, succession."""
    with transaction.atomic():
        here, fresh = _locked(succession, everybody=True)
        if fresh.state not in RUNNING:
            return fresh.state
        if here.state != CircleState.OPEN:
            _end(fresh, here, SuccessionState.CLOSED, now)
        elif here.owner_id != fresh.absent_id:
            fresh.elected_id = here.owner_id
            _end(fresh, here, SuccessionState.ENDED, now)
        elif not is_gone(fresh.absent, now):
            _end(fresh, here, SuccessionState.RETURNED, now)
        elif fresh.state == SuccessionState.OFFERED:
            _next_successor(fresh, here, now)
        elif fresh.turns_at is not None and fresh.turns_at <= now:
            if fresh.state == SuccessionState.NOTICE:
                _next_successor(fresh, here, now)
            elif fresh.state == SuccessionState.VOTE:
                _count(fresh, here, now)
        return fresh.state


def stand(*, user: User, succession: Succession, statement: str) -> Candidacy:
    """Stand for owner; standing again changes the statement. Raises `Refused` (codes of `may_stand`, vote_over)."""
    statement = clean_line(statement)
    require_length(statement, most=STATEMENT_LENGTH, field="statement")
    with transaction.atomic():
        here, fresh = _locked(succession)
        _require_open(fresh)
        may_stand(user, Membership.objects.filter(circle=here, user=user).first(), fresh)
        said = {"statement": statement}
        found, _made = Candidacy.objects.update_or_create(succession=fresh, user=user, defaults=said)
    return found


def step_back(*, user: User, succession: Succession) -> bool:
    """Stand no more; the votes for them are free again. True if they stood."""
    with transaction.atomic():
        _here, fresh = _locked(succession)
        _require_open(fresh)
        gone, _rows = Candidacy.objects.filter(succession=fresh, user=user).delete()
    return bool(gone)


def vote(*, user: User, candidacy: Candidacy) -> SuccessionVote:
    """Vote, or change one's vote: one verified person has one. Raises `Refused` (codes of `may_vote`, vote_over)."""
    with transaction.atomic():
        here, fresh = _locked(candidacy.succession)
        _require_open(fresh)
        may_vote(user, Membership.objects.filter(circle=here, user=user).first(), fresh)
        cast, _made = SuccessionVote.objects.update_or_create(
            succession=fresh, voter=user, defaults={"candidacy": candidacy, "cast_at": timezone.now()}
        )
    return cast


def appoint(*, succession: Succession, user: User, by: User, reason: str) -> bool:
    """The team makes a member the owner; False if that is settled. The caller asks who may, and logs.

    Raises `Invalid` (no_member, cannot_own)."""
    with transaction.atomic():
        here, fresh = _locked(succession, everybody=True)
        if fresh.state not in RUNNING:
            return False
        heir = _member(here, user)
        handing_over.require_fit(heir, owner_id=here.owner_id)
        assert heir is not None  # by what was just asked
        fresh.reason = reason[:1000]
        _crown(fresh, here, heir, timezone.now())
    return True


def may_stand(user: User, membership: Membership | None, succession: Succession) -> None:
    """Raise `Refused`: codes of can_write, not_member, silenced_member, too_new."""
    can_write(user).require()
    if membership is None or not membership.is_active:
        raise Refused("not_member", _("You are not a member of this circle."))
    if membership.is_silenced:
        raise Refused("silenced_member", _("Who may not write here at present cannot look after the circle."))
    if membership.joined_at > succession.began_at - timedelta(days=CANDIDATE_DAYS):
        text = _("Who stands had been a member for %(days)s days when the owner was found to be gone.")
        raise Refused("too_new", text % {"days": CANDIDATE_DAYS})


def may_vote(user: User, membership: Membership | None, succession: Succession) -> None:
    """Raise `Refused`: codes of can_write, not_member, too_new (nobody joins for the vote)."""
    can_write(user).require()
    if membership is None or not membership.is_active:
        raise Refused("not_member", _("You are not a member of this circle."))
    if membership.joined_at > succession.began_at:
        raise Refused("too_new", _("Who joined after the owner was found to be gone does not vote."))


def is_gone(owner: User, now: datetime) -> bool:
    return not owner.is_active or owner.last_seen_at < _since(now)


def _since(now: datetime) -> datetime:
    return now - timedelta(days=settings.CIRCLE_OWNER_ABSENT_DAYS)


def _next_successor(succession: Succession, here: Circle, now: datetime) -> None:
    """Ask the next one named who is fit, unless one is being asked; nobody left: let the members vote."""
    asked = Offer.objects.filter(circle=here, by=None, created_at__gte=succession.began_at)
    standing = asked.filter(state=OfferState.WAITING).first()
    if standing is not None and standing.lapses_at > now:
        return
    Offer.objects.filter(circle=here, state=OfferState.WAITING).update(state=OfferState.LAPSED, answered_at=now)
    named = Successor.objects.filter(circle=here).exclude(user__in=asked.values("to")).select_related("user")
    for successor in named:
        if handing_over.is_fit(_member(here, successor.user)):
            made = handing_over.make_offer(here, by=None, to=successor.user)
            _move(succession, here, SuccessionState.OFFERED, turns_at=made.lapses_at)
            return
    log.write(circle=here, kind=DeedKind.VOTE_OPENED, actor=None)
    _move(succession, here, SuccessionState.VOTE, turns_at=now + timedelta(days=settings.CIRCLE_VOTE_DAYS))


def _count(succession: Succession, here: Circle, now: datetime) -> None:
    """Count and close. Most votes; of equals who has been a member for longest. Whoever is not fit is passed over.

    The ballots are destroyed: who voted for whom is nobody's business any more. Nobody chosen: the team decides.
    """
    found = list(Candidacy.objects.filter(succession=succession).select_related("user"))
    votes = SuccessionVote.objects.filter(succession=succession).values_list("candidacy").annotate(Count("pk"))
    counts = dict(votes.order_by())
    for candidate in found:
        candidate.votes = counts.get(candidate.pk, 0)
    Candidacy.objects.bulk_update(found, ["votes"])
    chosen = []
    for candidate in found:
        member = _member(here, candidate.user) if candidate.votes else None
        if member is not None and handing_over.is_fit(member):
            chosen.append((-(candidate.votes or 0), member.joined_at, member.pk, member))
    if chosen:
        _crown(succession, here, min(chosen)[-1], now)
    else:
        SuccessionVote.objects.filter(succession=succession).delete()
        _move(succession, here, SuccessionState.TEAM, turns_at=None)


def _crown(succession: Succession, here: Circle, heir: Membership, now: datetime) -> None:
    former = Membership.objects.filter(circle=here, user=here.owner_id).first()
    handing_over.transfer(here, to=heir, former=former, is_gone=True)
    succession.elected_id = heir.user_id
    _end(succession, here, SuccessionState.ENDED, now)


def _end(succession: Succession, here: Circle, state: SuccessionState, now: datetime) -> None:
    made = Offer.objects.filter(circle=here, by=None, state=OfferState.WAITING)
    made.update(state=OfferState.LAPSED, answered_at=now)
    SuccessionVote.objects.filter(succession=succession).delete()
    succession.ended_at = now
    _move(succession, here, state, turns_at=None)


def _move(succession: Succession, here: Circle, state: SuccessionState, *, turns_at: datetime | None) -> None:
    succession.state, succession.turns_at = state, turns_at
    succession.save()
    here.vacancy = state if state in RUNNING else ""
    here.save(update_fields=["vacancy"])
    record(SuccessionMoved(succession_id=succession.pk, state=state))


def _locked(succession: Succession, *, everybody: bool = False) -> tuple[Circle, Succession]:
    """The circle and the succession, locked; with `everybody` before them those who may become its owner."""
    if everybody:
        heirs = Q(user__in=Successor.objects.filter(circle=succession.circle_id).values("user"))
        heirs |= Q(user__in=Candidacy.objects.filter(succession=succession).values("user")) | Q(role="owner")
        rows = Membership.objects.select_for_update(of=("self",), no_key=True).filter(
            heirs, circle=succession.circle_id
        )
        list(rows.order_by("user_id"))
    here = Circle.objects.select_for_update(no_key=True).get(pk=succession.circle_id)
    fresh = Succession.objects.select_for_update(of=("self",)).select_related("absent").get(pk=succession.pk)
    return here, fresh


def _member(circle: Circle, user: User) -> Membership | None:
    return Membership.objects.filter(circle=circle, user=user).select_related("user").first()


def _require_open(succession: Succession) -> None:
    if succession.state != SuccessionState.VOTE or (succession.turns_at and succession.turns_at <= timezone.now()):
        raise Refused("vote_over", _("There is no vote now."))

"""Asking to join, with answers to the circle's questions; and deciding it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import gates, log, memberships
from circles.events import JoinDecided, JoinRequested
from circles.models import Circle, GateAction, JoinRequest, Membership, RequestState
from circles.models.joining import ANSWER_LENGTH
from core.errors import Invalid, Refused
from core.events import record
from core.text.clean import clean, require_length

WAITING_MAX = 30
"""Circles one person may wait for at a time."""


def apply(*, user: User, circle: Circle, answers: Sequence[str]) -> JoinRequest:
    """Ask to join; asking again while it waits puts the new answers in place. Locks the membership.

    Raises `Refused` (codes of `rules.can_apply`, too_many_requests) and `Invalid` (answer_missing, too_long).
    """
    with transaction.atomic():
        here = Circle.objects.get(pk=circle.pk)
        person = gates.person_for(GateAction.ENTER, user=user, circle=here)
        membership = memberships.lock(user=user, circle=here)
        rules.can_apply(person, here, membership).require()
        said = _answers(here.questions, answers)
        waiting = JoinRequest.objects.select_for_update().filter(circle=here, user=user).waiting().first()
        if waiting is not None:
            waiting.answers = said
            waiting.save(update_fields=["answers"])
            return waiting
        if JoinRequest.objects.filter(user=user).waiting().count() >= WAITING_MAX:
            raise Refused(
                "too_many_requests", _("You are waiting for %(most)s circles already.") % {"most": WAITING_MAX}
            )
        asked = JoinRequest.objects.create(circle=here, user=user, answers=said)
        record(JoinRequested(request_id=asked.pk))
    return asked


def withdraw(*, user: User, circle: Circle) -> bool:
    """Take the application back; True if there was one."""
    rows = JoinRequest.objects.filter(user=user, circle=circle).waiting()
    return bool(rows.update(state=RequestState.WITHDRAWN, decided_at=timezone.now()))


def accept(*, actor: User, request: JoinRequest) -> bool:
    """Let them in; False if somebody decided it meanwhile. Locks the application and the membership.

    Raises `Refused`: codes of `rules.can_admit`, and `cannot_join` where the circle is full or a gate closed meanwhile.
    """
    with transaction.atomic():
        mine = Membership.objects.filter(user=actor, circle=request.circle).first()
        rules.can_admit(actor, mine).require()
        here = Circle.objects.get(pk=request.circle_id)
        gates.person_for(GateAction.ENTER, user=request.user, circle=here)
        memberships.lock(user=request.user, circle=here)
        fresh = JoinRequest.objects.select_for_update(of=("self",)).select_related("user", "circle").get(pk=request.pk)
        if not fresh.is_waiting:
            return False
        try:
            memberships.join(user=fresh.user, circle=fresh.circle, is_invited=True)
        except Refused as refused:
            if refused.code == "circle_full":
                raise
            # What exactly they lack is theirs to know.
            raise Refused("cannot_join", _("This person cannot join at present.")) from refused
        _decide(fresh, RequestState.ACCEPTED, actor, "")
    return True


def refuse(*, actor: User, request: JoinRequest, reason: str) -> bool:
    """Say no, with a reason they read; False if somebody decided it meanwhile. Raises as `accept`, and `Invalid`."""
    reason = log.clean_reason(reason, required=True)
    with transaction.atomic():
        mine = Membership.objects.filter(user=actor, circle=request.circle).first()
        rules.can_admit(actor, mine).require()
        fresh = JoinRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if not fresh.is_waiting:
            return False
        _decide(fresh, RequestState.REFUSED, actor, reason)
    return True


def _decide(request: JoinRequest, state: RequestState, by: User, reason: str) -> None:
    request.state, request.decided_by, request.reason, request.decided_at = state, by, reason, timezone.now()
    request.save(update_fields=["state", "decided_by", "reason", "decided_at"])
    record(JoinDecided(request_id=request.pk))


def _answers(questions: Sequence[str], answers: Sequence[str]) -> list[list[str]]:
    said = []
    for number, question in enumerate(questions):
        answer = clean(answers[number]) if number < len(answers) else ""
        if not answer:
            raise Invalid("answer_missing", _("Please answer every question."), field=f"answer_{number}")
        require_length(answer, most=ANSWER_LENGTH, field=f"answer_{number}")
        said.append([question, answer])
    return said

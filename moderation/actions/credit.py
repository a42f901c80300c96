"""What moderators' decisions mean for conduct credit, and what staff decides about credit itself.

Every entry is named by the row of the log that it rests on, so one decision counts once, and whoever takes the decision
back takes the entry back.
"""

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts import credit as formula
from accounts.actions import credit
from accounts.models import CreditAppeal, CreditAppealState, CreditEntry, CreditKind, User
from circles.models import Comment, Post
from core.errors import Invalid, Refused
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can, can_act_against


def count(entry: LogEntry, *, kind: CreditKind, weight: int = 1) -> None:
    """Let a decision count against the person it concerns. Locks the person; the caller is in a transaction."""
    if entry.subject is None:
        return
    credit.record(
        user=entry.subject,
        kind=kind,
        key=key_of(entry),
        weight=weight,
        at=entry.created_at,
        place=entry.circle.name if entry.circle else "",
        note=entry.reason,
    )


def count_removed(entry: LogEntry, content: Post | Comment, *, kind: CreditKind) -> None:
    """The same for what was removed. Under a pseudonym the entry names neither the circle, the reason nor the hour, so
    that nobody who reads both lists can put them together.
    """
    if not content.is_masked:
        count(entry, kind=kind)
        return
    day = entry.created_at.replace(hour=0, minute=0, second=0, microsecond=0)
    credit.record(user=content.author, kind=kind, key=key_of(entry), at=day)


def take_back(*, verb: Verb, target: Model, person: User, kind: CreditKind) -> None:
    """Let all such decisions about this target count no more. Locks the person; the caller is in a transaction."""
    earlier = LogEntry.objects.filter(target=log.name_of(target), verb=verb).order_by("pk")
    for entry in earlier:
        credit.withdraw(user=person, kind=kind, key=key_of(entry))


def adjust(*, actor: User, person: User, points: int, reason: str) -> LogEntry | None:
    """Give or take points, within ADJUSTMENT_MOST; the person reads why. None for 0.

    Locks the person. Raises `Refused` (`not_allowed`, `oneself`, `team_member`) or `Invalid` (`reason_required`,
    `too_many_points`).
    """
    can(actor, Power.CREDIT).require()
    can_act_against(actor, person).require()
    reason = log.clean_reason(reason)
    most = formula.ADJUSTMENT_MOST
    if abs(points) > most:
        raise Invalid("too_many_points", _("At most %(most)s points at a time.") % {"most": most}, field="points")
    if not points:
        return None
    with transaction.atomic():
        entry = log.write(
            actor=actor,
            verb=Verb.CREDIT_ADJUST,
            reason=reason,
            target=person,
            subject=person,
            details={"points": points},
        )
        count(entry, kind=CreditKind.ADJUSTMENT, weight=points)
    return entry


def uphold(*, actor: User, appeal: CreditAppeal, reason: str) -> LogEntry | None:
    """The person is right: what they object to counts no more. None if that was decided already.

    What it rested on (a hidden post, a ban) stays as it is. Raises `Refused` (`not_allowed`, `oneself`,
    `own_decision`), `Invalid` (`reason_required`) or `DomainError` (`already_decided`).
    """
    return _decide(actor, appeal, reason, CreditAppealState.UPHELD)


def reject(*, actor: User, appeal: CreditAppeal, reason: str) -> LogEntry | None:
    """It stays; the person reads the reason. None if that was decided already. Raises as `uphold` does."""
    return _decide(actor, appeal, reason, CreditAppealState.REJECTED)


def key_of(entry: LogEntry) -> str:
    return f"log:{entry.pk}"


def _decide(actor: User, appeal: CreditAppeal, reason: str, outcome: CreditAppealState) -> LogEntry | None:
    can(actor, Power.CREDIT).require()
    if appeal.user_id == actor.pk:
        raise Refused("oneself", _("Somebody else has to decide about you."))
    if _decided_by(appeal.entry) == actor.pk:
        raise Refused("own_decision", _("This is about a decision of yours. Somebody else has to look at it."))
    reason = log.clean_reason(reason)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=appeal.user_id)
        appeal = CreditAppeal.objects.select_related("user", "entry").get(pk=appeal.pk)
        if appeal.state == outcome:
            return None
        upheld = outcome == CreditAppealState.UPHELD
        credit.decide(appeal=appeal, upheld=upheld, by=actor, answer=reason)
        return log.write(
            actor=actor,
            verb=Verb.CREDIT_UPHOLD if upheld else Verb.CREDIT_REJECT,
            reason=reason,
            target=appeal,
            subject=appeal.user,
            details={"kind": appeal.entry.kind},
        )


def _decided_by(entry: CreditEntry) -> int | None:
    """Who made the decision that an entry rests on."""
    name, _colon, number = entry.key.partition(":")
    if name != "log" or not number.isdigit():
        return None
    return LogEntry.objects.filter(pk=int(number)).values_list("actor_id", flat=True).first()

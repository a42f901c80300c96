"""What moderators do to a person on the whole site."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.actions import people
from accounts.credit import weight_of_ban
from accounts.models import CreditKind, User
from moderation.actions import credit, log
from moderation.models import LogEntry, Verb
from moderation.rules import can_act_against


def ban(*, actor: User, person: User, until: datetime, reason: str) -> LogEntry | None:
    """Keep a person from writing anywhere until then; they may still read. None if that was so already.

    Locks the person. Raises `Refused` (`not_allowed`, `oneself`, `team_member`) or `Invalid` (`reason_required`).
    """
    can_act_against(actor, person).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if person.banned_until == until:
            return None
        if person.is_banned:  # another end of the same ban: it counts once, by what it is now
            credit.take_back(verb=Verb.PERSON_BAN, target=person, person=person, kind=CreditKind.BAN)
        people.ban(user=person, until=until)
        entry = log.write(
            actor=actor,
            verb=Verb.PERSON_BAN,
            reason=reason,
            target=person,
            subject=person,
            details={"until": until.isoformat()},
        )
        credit.count(entry, kind=CreditKind.BAN, weight=weight_of_ban(until - timezone.now()))
    return entry


def unban(*, actor: User, person: User, reason: str) -> LogEntry | None:
    """Let a banned person write again. None if nobody banned them. Raises as `ban` does."""
    can_act_against(actor, person).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if person.banned_until is None:
            return None
        if person.is_banned:
            credit.take_back(verb=Verb.PERSON_BAN, target=person, person=person, kind=CreditKind.BAN)
        people.unban(user=person)
        return log.write(actor=actor, verb=Verb.PERSON_UNBAN, reason=reason, target=person, subject=person)

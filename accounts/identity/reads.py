"""What a person can read about their own identity. A fixed number of queries each."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from accounts.models import IdentityCheck, IdentityEvent, LegalIdentity, User

EVENTS_MAX = 50


@dataclass(frozen=True)
class Happening:
    """One line of what happened with somebody's identity."""

    what: str
    label: str | Promise
    who: str
    """The nickname of whoever of the team did it; empty where nobody did."""
    reason: str
    at: datetime


def happenings(user: User) -> list[Happening]:
    """What happened with this person's identity, the latest first: decisions, and everybody who looked. One query."""
    rows = IdentityEvent.objects.filter(user=user).select_related("actor").order_by("-id")[:EVENTS_MAX]
    return [
        Happening(row.what, row.get_what_display(), row.actor.nickname if row.actor else "", row.reason, row.created_at)
        for row in rows
    ]


def who_looked(user: User) -> list[Happening]:
    """Everybody of the team who saw this person's legal name, when and why. One query."""
    return [one for one in happenings(user) if one.what == IdentityEvent.What.LOOKED]


def identity_of(user: User) -> LegalIdentity | None:
    """That there is a verified person, not who. One query."""
    return LegalIdentity.objects.filter(user=user).first()


def pending_check(user: User) -> IdentityCheck | None:
    """A check that is not decided: with a provider, or waiting for people of the team. One query."""
    found: IdentityCheck | None = IdentityCheck.objects.open().filter(user=user).first()
    return found

"""What rules may know of a person: verified facts and conduct credit, as one small value.

It comes with the person's own row (`User.held_facts`, `User.credit`), so a rule costs no query. Facts carry their times
with them: what runs out while nobody looks is over all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class HeldFact:
    """A fact that was not revoked. `kind` is a FactKind, `value` what exactly (see models.Fact)."""

    kind: str
    value: str
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Passport:
    """One person's standing. `credit` runs from 350 to 950; strangers have neither facts nor credit."""

    is_verified: bool = False
    credit: int = 0
    facts: tuple[HeldFact, ...] = ()

    def holds(self, kind: str, value: str = "", at: datetime | None = None) -> bool:
        """Does a fact of this kind hold at that moment (default: now)? Without `value`: any of the kind."""
        moment = at or timezone.now()
        return any(fact.kind == kind and value in ("", fact.value) and fact.holds(moment) for fact in self.facts)


STRANGER = Passport()


def pack(facts: Iterable[Any]) -> list[list[Any]]:
    """Fact rows as `User.held_facts` keeps them: [kind, value, since, until], times in seconds of the epoch."""
    return [
        [fact.kind, fact.value, fact.valid_from.timestamp(), fact.valid_until and fact.valid_until.timestamp()]
        for fact in facts
    ]


def unpack(packed: Iterable[list[Any]]) -> tuple[HeldFact, ...]:
    zone = timezone.get_default_timezone()
    return tuple(
        HeldFact(
            kind,
            value,
            datetime.fromtimestamp(since, zone),
            None if until is None else datetime.fromtimestamp(until, zone),
        )
        for kind, value, since, until in packed
    )


def passport_of(viewer: Any) -> Passport:
    """The passport of whoever asks; a stranger's where nobody is logged in."""
    if not viewer.is_authenticated:
        return STRANGER
    return Passport(is_verified=viewer.is_verified, credit=viewer.credit, facts=unpack(viewer.held_facts))

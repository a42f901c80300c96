"""The formula of conduct credit, version 1: from what a person does here, never from what they own or are.

Pure arithmetic over plain values. The order of marks never matters, and all is whole numbers, so everybody who knows
the marks can do the sum. docs/credit.md explains it with examples; whoever changes a number here counts VERSION up,
says so there, and runs `manage.py recompute_credit`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models.credit import CreditKind

VERSION = 1
FLOOR, CEILING, START = 350, 950, 550

YEAR_DAYS = 360
"""A year of conduct, in full days."""
AGE_MOST = 40
VERIFIED = 30
CLEAN_MOST = 60

PEOPLE_A_WEEK = 10
"""New people whose likes count in one week: many at once are rather a campaign than readers."""
USEFUL_STEPS = ((20, 4), (80, 2), (300, 1))
"""(so many people, half points each): the first ones count most, so a circle of friends is soon at its end."""
USEFUL_MOST = sum(people * halves for people, halves in USEFUL_STEPS) // 2

HARM: Mapping[str, int] = {
    CreditKind.COMMENT_REMOVED: 10,
    CreditKind.REPORT_UPHELD: 15,
    CreditKind.POST_REMOVED: 20,
    CreditKind.SILENCE: 40,
    CreditKind.CIRCLE_BAN: 60,
    CreditKind.BAN: 100,
}
"""Points one of the kind takes at once, times its weight."""
HALVED_DAYS = 90
"""After so long half of a harm is forgiven, after twice that three quarters …"""
FORGOTTEN_DAYS = 8 * HALVED_DAYS
"""… and after this all of it."""
ADJUSTMENT_MOST = 100
"""What staff may give or take at once, and all adjustments together."""

AGE, VERIFIED_PART, CLEAN, USEFUL = "age", "verified", "clean", "useful"
BOUNDS = "bounds"
"""What the floor or the ceiling cuts off."""
MOST: Mapping[str, int] = {VERIFIED_PART: VERIFIED, AGE: AGE_MOST, CLEAN: CLEAN_MOST, USEFUL: USEFUL_MOST}


@dataclass(frozen=True, slots=True)
class Mark:
    """An adjustment or a harm that counts."""

    kind: str
    weight: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Conduct:
    """All the formula knows of a person."""

    joined_at: datetime
    verified_at: datetime | None
    marks: tuple[Mark, ...] = ()
    liked: Mapping[date, int] = field(default_factory=dict)
    """The Monday of a week → how many people liked something of theirs for the first time that week."""


@dataclass(frozen=True, slots=True)
class Assessment:
    total: int
    parts: Mapping[str, int]
    """Part → points, those of nothing left out: START and these add up to `total`."""


def assess(conduct: Conduct, at: datetime) -> Assessment:
    """What this conduct is worth at that moment."""
    parts = {
        AGE: _of_a_year(AGE_MOST, conduct.joined_at, at),
        VERIFIED_PART: VERIFIED if conduct.verified_at is not None else 0,
        CLEAN: 0 if conduct.verified_at is None else _of_a_year(CLEAN_MOST, clean_since(conduct), at),
        USEFUL: useful_points(conduct.liked.values()),
    }
    adjusted = sum(mark.weight for mark in conduct.marks if mark.kind == CreditKind.ADJUSTMENT)
    parts[CreditKind.ADJUSTMENT] = max(-ADJUSTMENT_MOST, min(ADJUSTMENT_MOST, adjusted))
    for kind in HARM:
        parts[kind] = -sum(harm_points(mark, at) for mark in conduct.marks if mark.kind == kind)
    summed = START + sum(parts.values())
    total = max(FLOOR, min(CEILING, summed))
    parts[BOUNDS] = total - summed
    return Assessment(total, {str(part): points for part, points in parts.items() if points})


def clean_since(conduct: Conduct) -> datetime:
    """When the person was verified, or what they were last called to order for."""
    assert conduct.verified_at is not None
    return max([conduct.verified_at, *(mark.at for mark in conduct.marks if mark.kind in HARM)])


def harm_points(mark: Mark, at: datetime) -> int:
    """What is left of a harm by then; half of it goes every HALVED_DAYS."""
    days = _full_days(mark.at, at)
    if days >= FORGOTTEN_DAYS:
        return 0
    # 0.5 ** x is the same on every machine that follows IEEE 754; the sum of whole numbers does not mind its order.
    return round(HARM[mark.kind] * mark.weight * 0.5 ** (days / HALVED_DAYS))


def useful_points(new_people_by_week: Iterable[int]) -> int:
    """Points for so many different people, at most PEOPLE_A_WEEK of a week, each next one worth less."""
    people = sum(min(PEOPLE_A_WEEK, count) for count in new_people_by_week)
    halves = 0
    for width, worth in USEFUL_STEPS:
        halves += min(people, width) * worth
        people = max(0, people - width)
    return halves // 2


def lasts(kind: str) -> bool:
    """Does a mark of this kind count for ever? Harm is forgotten after FORGOTTEN_DAYS."""
    return kind not in HARM


def forgotten_before(at: datetime) -> datetime:
    """Harm from before this counts no more."""
    return at - timedelta(days=FORGOTTEN_DAYS)


def weight_of_ban(length: timedelta) -> int:
    """Up to three days once, up to thirty twice, longer thrice."""
    if length <= timedelta(days=3):
        return 1
    return 2 if length <= timedelta(days=30) else 3


def _of_a_year(most: int, since: datetime, at: datetime) -> int:
    return most * min(_full_days(since, at), YEAR_DAYS) // YEAR_DAYS


def _full_days(since: datetime, at: datetime) -> int:
    return max(0, (at - since).days)

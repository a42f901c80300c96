"""Does a person meet a rule? Pure: what is known of them and a moment go in, what is missing comes out. No queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import SENSITIVE_KINDS, FactKind
from accounts.passport import Passport
from circles.gates.language import (
    RANKS,
    Clause,
    Clauses,
    Condition,
    CreditAtLeast,
    HasRole,
    HoldsFact,
    IsVerified,
    MemberFor,
)
from circles.models.membership import Membership, Role


@dataclass(frozen=True, slots=True)
class Verdict:
    """`missing` holds for each clause what is not met, the nearest clause first; empty where the rule is met."""

    ok: bool
    missing: tuple[Clause, ...] = ()


MET = Verdict(True)


def evaluate(clauses: Clauses, passport: Passport, membership: Membership | None, now: datetime) -> Verdict:
    """Are all conditions of one clause met at that moment? Clauses without conditions are met by nobody."""
    missing = []
    for clause in clauses:
        unmet = tuple(one for one in clause if not is_met(one, passport, membership, now))
        if not unmet and clause:
            return MET
        missing.append(unmet)
    missing.sort(key=lambda unmet: sum(_effort(one, passport, membership, now) for one in unmet))
    return Verdict(False, tuple(missing))


def is_met(condition: Condition, passport: Passport, membership: Membership | None, now: datetime) -> bool:
    match condition:
        case HoldsFact(kind, value):
            return passport.holds(kind, value, at=now)
        case CreditAtLeast(points):
            return passport.credit >= points
        case IsVerified():
            return passport.is_verified
        case MemberFor(days):
            return is_member(membership) and membership.joined_at <= now - timedelta(days=days)  # type: ignore[union-attr]
        case HasRole():
            return is_member(membership) and RANKS[membership.role] >= condition.rank  # type: ignore[union-attr]


def is_member(membership: Membership | None) -> bool:
    return membership is not None and membership.is_active


_OUT_OF_REACH = 10_000.0
"""What nobody can do anything about."""


def _effort(condition: Condition, passport: Passport, membership: Membership | None, now: datetime) -> float:
    """Roughly the days it takes to come to meet it, for choosing the shortest way. No promise."""
    match condition:
        case IsVerified():
            return 0.1
        case HasRole(Role.MEMBER):
            return 0.1
        case HasRole():
            return 1000.0
        case CreditAtLeast(points):
            return float(points - passport.credit)
        case MemberFor(days):
            done = now - membership.joined_at if membership and is_member(membership) else timedelta(0)
            return days - done / timedelta(days=1) + (0 if is_member(membership) else 0.1)
        case HoldsFact(FactKind.ADULT, _):
            return 1.0 if not passport.is_verified else _OUT_OF_REACH
        case HoldsFact(FactKind.OUTSIDE_SCORE, _):
            return _OUT_OF_REACH if passport.holds(FactKind.OUTSIDE_SCORE, at=now) else 5.0
        case HoldsFact(kind, _) if kind in SENSITIVE_KINDS:
            return 1.0 if not passport.is_verified else _OUT_OF_REACH
        case HoldsFact(kind, value):
            other = kind == FactKind.RESIDENT and value and passport.holds(kind, at=now)
            return _OUT_OF_REACH if other else 2.0 if not value else 5.0

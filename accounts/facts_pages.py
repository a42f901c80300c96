"""Reads for the pages and the API of facts: what somebody holds, what became of it, and who may vouch."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts import badges
from accounts.models import Fact, FactChange, Institution, Subject, User

CHANGES_SHOWN = 8
PAST_SHOWN = 20


@dataclass(frozen=True)
class FactLine:
    """A fact, ready to be shown. `changes`: what became of it, the newest first."""

    fact: Fact
    title: str
    icon: str
    holds: bool
    is_ahead: bool
    """It begins later."""
    ends_soon: bool
    can_drop: bool
    changes: list[FactChange] = field(default_factory=list)


def mine(user: User) -> tuple[list[FactLine], list[FactLine]]:
    """What holds or will hold, and what did; scores from elsewhere have a page of their own. Queries: 2."""
    changes = FactChange.objects.order_by("-id")
    rows = (
        Fact.objects.filter(user=user)
        .exclude(source=Fact.Source.OUTSIDE)
        .select_related("institution")
        .prefetch_related(Prefetch("changes", changes, to_attr="newest"))
        .order_by("kind", "value", "-id")
    )
    lines = [_line(fact) for fact in rows]
    present = [line for line in lines if line.holds or line.is_ahead]
    past = sorted((line for line in lines if not line.holds and not line.is_ahead), key=_id, reverse=True)
    return present, past[:PAST_SHOWN]


def one(user: User, pk: int) -> FactLine:
    """One of somebody's facts. Queries: 2."""
    changes = Prefetch("changes", FactChange.objects.order_by("-id"), to_attr="newest")
    return _line(Fact.objects.select_related("institution").prefetch_related(changes).get(user=user, pk=pk))


def issuers() -> "QuerySet[Institution]":
    """Institutions that vouch here, with their domains. Queries: 2."""
    return Institution.objects.filter(is_issuer=True).prefetch_related("domains").order_by("kind", "name")


def desks_of(user: User) -> Sequence[Institution]:
    """Institutions this person speaks for."""
    return list(Institution.objects.filter(staff__user=user).order_by("name"))


def vouched_by(institution: Institution, *, before: int | None = None) -> "QuerySet[Fact]":
    """What it said of people, the newest first."""
    rows = Fact.objects.filter(institution=institution).select_related("institution").order_by("-id")
    return rows.filter(pk__lt=before) if before else rows


def with_names(facts: Sequence[Fact]) -> list[tuple[Fact, str]]:
    """Each fact of one institution with what that institution calls the person (`Subject`), in short. Queries: 1."""
    if not facts:
        return []
    subjects = Subject.objects.filter(
        institution=facts[0].institution_id, user__in=[fact.user_id for fact in facts]
    ).values_list("user_id", "key")
    names = {user_id: str(key)[:8] for user_id, key in subjects}
    return [(fact, names.get(fact.user_id, "·")) for fact in facts]


def _line(fact: Fact) -> FactLine:
    now = timezone.now()
    is_over = fact.revoked_at is not None or (fact.valid_until is not None and fact.valid_until <= now)
    return FactLine(
        fact=fact,
        title=badges.title_of(fact),
        icon=badges.icon(fact.kind),
        holds=not is_over and fact.valid_from <= now,
        is_ahead=not is_over and fact.valid_from > now,
        ends_soon=not is_over and fact.valid_until is not None and (fact.valid_until - now).days < 30,
        can_drop=not is_over and fact.source != Fact.Source.IDENTITY,
        changes=list(fact.newest)[:CHANGES_SHOWN],  # type: ignore[attr-defined]
    )


def _id(line: FactLine) -> int:
    return line.fact.pk

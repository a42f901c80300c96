"""What a person chose to show of their verified facts: small signs beside the name, and what facts are called.

They travel with the person's row (`User.badges`), so showing them costs no query. Times travel along: a badge whose
fact has run out is shown no more, though nobody wrote anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models.fact import Fact, FactKind

ICONS = {
    FactKind.STUDENT: "graduation-cap",
    FactKind.GRADUATE: "scroll-text",
    FactKind.EMPLOYEE: "building-2",
    FactKind.PROFESSION: "briefcase-business",
    FactKind.RESIDENT: "map-pin",
    FactKind.ADULT: "user-round-check",
    FactKind.GENDER: "circle-user-round",
    FactKind.MERCHANT_STAFF: "store",
    FactKind.OUTSIDE_SCORE: "gauge",
}
EVERYWHERE = Fact.Shown.CIRCLES


@dataclass(frozen=True, slots=True)
class Badge:
    """One fact that its owner shows. `name` and `name_en`: what the value is called."""

    shown: str
    kind: str
    value: str
    name: str
    name_en: str
    since: float
    until: float | None

    def holds(self, at: float) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def title(self) -> str:
        return title(self.kind, self.value, self.name, self.name_en)

    @property
    def short(self) -> str:
        """For a small place: the institution's name alone."""
        return in_language(self.name, self.name_en) or self.title

    @property
    def icon(self) -> str:
        return icon(self.kind)


def pack(facts: Iterable[Fact]) -> list[list[Any]]:
    """The facts that are shown anywhere, as `User.badges` keeps them. Load `institution` along."""
    return [
        [
            fact.shown,
            fact.kind,
            fact.value,
            *names_of(fact),
            fact.valid_from.timestamp(),
            fact.valid_until and fact.valid_until.timestamp(),
        ]
        for fact in facts
        if fact.shown != Fact.Shown.NOWHERE
    ]


def shown(packed: Iterable[list[Any]], *, in_circles: bool = False, at: datetime | None = None) -> list[Badge]:
    """The badges that hold at that moment (default: now), for the profile or for beside a name in circles."""
    moment = (at or timezone.now()).timestamp()
    badges = [Badge(*entry) for entry in packed]
    return [badge for badge in badges if badge.holds(moment) and (not in_circles or badge.shown == EVERYWHERE)]


def names_of(fact: Fact) -> tuple[str, str]:
    """What its value is called, in Chinese and in English."""
    if fact.label:
        return fact.label, ""
    if fact.institution and fact.institution.value and fact.value == fact.institution.value:
        return fact.institution.value_name or fact.value, fact.institution.value_name_en
    return (fact.institution.name, fact.institution.name_en) if fact.institution else ("", "")


def title_of(fact: Fact) -> str:
    """A fact in a few words, in the reader's language. Load `institution` along."""
    return title(fact.kind, fact.value, *names_of(fact))


def title(kind: str, value: str, name: str = "", name_en: str = "") -> str:
    """Such as "Student at Tingtao University", in the reader's language."""
    named = in_language(name, name_en) or value
    if kind == FactKind.STUDENT:
        return _("Student at %(name)s") % {"name": named}
    if kind == FactKind.GRADUATE:
        return _("Graduate of %(name)s") % {"name": named}
    if kind == FactKind.EMPLOYEE:
        return _("Works at %(name)s") % {"name": named}
    if kind == FactKind.RESIDENT:
        return _("Lives in %(name)s") % {"name": named}
    if kind == FactKind.MERCHANT_STAFF:
        return _("Works for %(name)s") % {"name": named}
    if kind == FactKind.OUTSIDE_SCORE:
        return _("Reaches %(level)s at %(name)s") % {"name": named, "level": value.rpartition(":")[2]}
    if kind == FactKind.ADULT:
        return _("18 or older")
    if kind == FactKind.GENDER:
        return _("Woman") if value == "female" else _("Man")
    return named


def icon(kind: str) -> str:
    return ICONS.get(kind, "badge-check")  # type: ignore[call-overload,no-any-return]


def in_language(name: str, name_en: str) -> str:
    """The name in the reader's language, where there are two."""
    return name if (get_language() or "").startswith("zh") else name_en or name

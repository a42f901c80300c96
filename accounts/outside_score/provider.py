"""What this project asks of a service that scores people, after the person agreed to it there."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Outcome(Enum):
    SCORED = "scored"
    DECLINED = "declined"
    """The person did not agree, or took it back."""
    UNKNOWN = "unknown"
    """The service has no score of this person."""
    UNAVAILABLE = "unavailable"
    """It did not answer. Nothing was learnt; try later."""


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    score: int | None = None
    """On the service's own scale; kept only as the highest of its marks that it reaches."""
    subject: str = ""
    """What the service calls the account that agreed, always the same; kept as a blind index, so that it speaks for one
    person here."""


class Provider(Protocol):
    """One service. `code` names it in the database; it is never changed once used: small letters, digits, hyphens."""

    code: str
    name: str
    """What people know it by. A name, so it is not translated."""
    about: str
    """An address where it explains its score; may be empty."""
    levels: tuple[int, ...]
    """The marks on its scale that a gate may ask for, rising."""

    def consent_url(self, *, state: str, back: str) -> str:
        """Where the person agrees; they come back to `back` with `state` and a grant. Raises nothing, asks nobody."""
        ...

    def score(self, *, grant: str) -> Answer:
        """Trade the grant for the score, once. Never called inside a transaction; raises nothing; logs no score."""
        ...


def current() -> Provider | None:
    """The provider in `settings.OUTSIDE_SCORE_PROVIDER`, a dotted path to its class; None where it is off."""
    if not settings.OUTSIDE_SCORE_PROVIDER:
        return None
    provider: Provider = import_string(settings.OUTSIDE_SCORE_PROVIDER)()
    return provider


def value_of(provider: Provider, level: int) -> str:
    """How facts and rules name this mark of this service."""
    return f"{provider.code}:{level}"


def level_of(score: int, levels: tuple[int, ...]) -> int | None:
    """The highest mark that `score` reaches; None below the first."""
    return max((level for level in levels if level <= score), default=None)

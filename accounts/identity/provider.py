"""What this project asks of a service that knows legal names and numbers.

| flow | how an answer comes |
|---|---|
| immediate | `begin` answers |
| callback | `begin` says pending; the service calls back, signed, and may be asked in between |
| redirect | `begin` says pending and where the person goes; afterwards the service is asked |
| review | nobody is asked; people of the team look at photos of the document |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from accounts.identity.claim import Claim
from accounts.models import Document


class Answer(Enum):
    APPROVED = "approved"
    """There is such a person."""
    REFUSED = "refused"
    """There is not, or name and number do not belong together."""
    PENDING = "pending"
    """Not decided yet: the service or the person is at it."""
    REVIEW = "review"
    """The service cannot tell; people of the team look at it."""
    UNAVAILABLE = "unavailable"
    """The service did not answer. Nothing was learnt; try later."""


class Flow(Enum):
    IMMEDIATE = "immediate"
    CALLBACK = "callback"
    REDIRECT = "redirect"
    REVIEW = "review"


@dataclass(frozen=True)
class Outcome:
    answer: Answer
    reference: str = ""
    """What the service calls this check, at most 64 characters; unique per provider."""


class BadCallback(Exception):
    """Not signed as it should be, too old, or not understood. Says nothing of the content."""


@dataclass(frozen=True)
class CalledBack:
    reference: str
    answer: Answer


class Provider:
    """One service. What is never called inside a transaction, takes seconds at most, raises nothing that is not named
    here, and logs nothing of the claim."""

    code: str
    """Names it in the database and in addresses; never changed once used."""
    label: str | Promise
    """What people choose it by."""
    flow: Flow
    documents: frozenset[str] = frozenset({Document.ID_CARD})
    wants_photos: bool = False
    is_sandbox: bool = False

    def begin(self, claim: Claim, *, key: str, return_url: str) -> Outcome:
        """Ask. `key` (32 letters and digits) is ours for this check: asked twice with it, a service begins once."""
        raise NotImplementedError

    def ask(self, reference: str) -> Outcome:
        """What has become of a check? Services that cannot be asked say PENDING."""
        return Outcome(Answer.PENDING, reference)

    def go_on(self, reference: str, *, return_url: str) -> str:
        """Where the person goes on with a check that was begun; empty where they need not go anywhere."""
        return ""

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CalledBack:
        """Raises BadCallback."""
        raise BadCallback


def available() -> list[Provider]:
    """The providers in `settings.IDENTITY_PROVIDER`, in their order."""
    paths = settings.IDENTITY_PROVIDER.split(",")
    return [import_string(path.strip())() for path in paths if path.strip()]


def by_code(code: str) -> Provider | None:
    return next((provider for provider in available() if provider.code == code), None)


def current() -> Provider:
    """The one people are offered first."""
    return available()[0]

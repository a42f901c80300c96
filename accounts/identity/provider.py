"""What this project asks of a service that knows legal names and numbers."""

from enum import Enum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.identity.claim import Claim


class Answer(Enum):
    APPROVED = "approved"
    """There is such a person."""
    REFUSED = "refused"
    """There is not, or name and number do not belong together."""
    PENDING = "pending"
    """The service cannot tell; staff here looks at it."""
    UNAVAILABLE = "unavailable"
    """The service did not answer. Nothing was learnt; try later."""


class Provider(Protocol):
    """One service. `code` names it in the database; it is never changed once used."""

    code: str

    def check(self, claim: Claim) -> Answer:
        """Ask. Never called inside a transaction; takes seconds at most; raises nothing; logs nothing of the claim."""
        ...


def current() -> Provider:
    """The provider in `settings.IDENTITY_PROVIDER`, a dotted path to its class."""
    provider: Provider = import_string(settings.IDENTITY_PROVIDER)()
    return provider

"""What happens to people that others must hear of. The fields are ids."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class FactsChanged(Event):
    """A person's verified facts are not what they were: one was granted, renewed or revoked."""

    user_id: int


@dataclass(frozen=True)
class FactGranted(Event):
    """Somebody vouched for this, for the first time or again. `change_id` is the FactChange."""

    change_id: int


@dataclass(frozen=True)
class FactExpiring(Event):
    """It runs out soon."""

    fact_id: int


@dataclass(frozen=True)
class FactRevoked(Event):
    """It was taken back. `change_id` is the FactChange, with the reason."""

    change_id: int


@dataclass(frozen=True)
class CreditChanged(Event):
    """A person's conduct credit moved by a lot. `change_id` is the CreditChange."""

    user_id: int
    change_id: int


@dataclass(frozen=True)
class IdentityChanged(Event):
    """A person was verified, refused, asked to verify anew, or their verification ran out or was taken back.

    `what` is "refused" or one of IdentityEvent.What.
    """

    user_id: int
    what: str


@dataclass(frozen=True)
class PersonFollowed(Event):
    """Somebody began to follow somebody."""

    follower_id: int
    followed_id: int


@dataclass(frozen=True)
class ProfileChanged(Event):
    """Somebody new is here, or shows themselves differently."""

    user_id: int

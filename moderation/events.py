"""What moderators do that others must hear of. The fields are ids."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class PostHidden(Event):
    post_id: int
    log_entry_id: int


@dataclass(frozen=True)
class PseudonymOpened(Event):
    opening_id: int


@dataclass(frozen=True)
class PostRestored(Event):
    post_id: int
    log_entry_id: int

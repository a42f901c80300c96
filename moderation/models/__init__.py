from moderation.models.log_entry import LogEntry, Verb
from moderation.models.opening import OpeningState, PseudonymOpening

__all__ = ["LogEntry", "OpeningState", "PseudonymOpening", "Verb"]

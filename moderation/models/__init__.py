from moderation.models.log_entry import LogEntry, Verb

__all__ = ["LogEntry", "Verb"]

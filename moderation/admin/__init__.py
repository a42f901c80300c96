from moderation.admin import content, credit, foreign, identities, jobs, log, merchants, people

__all__ = ["content", "credit", "foreign", "identities", "jobs", "log", "merchants", "people"]

from moderation.admin import content, credit, foreign, identities, institutions, jobs, log, merchants, people

__all__ = ["content", "credit", "foreign", "identities", "institutions", "jobs", "log", "merchants", "people"]

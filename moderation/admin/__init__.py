from moderation.admin import content, foreign, identities, jobs, log, merchants, people

__all__ = ["content", "foreign", "identities", "jobs", "log", "merchants", "people"]

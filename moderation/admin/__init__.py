from moderation.admin import (
    content,
    credit,
    foreign,
    foundings,
    gates,
    identities,
    institutions,
    jobs,
    log,
    merchants,
    people,
    pseudonyms,
)

__all__ = [
    "content",
    "credit",
    "foreign",
    "foundings",
    "gates",
    "identities",
    "institutions",
    "jobs",
    "log",
    "merchants",
    "people",
    "pseudonyms",
]

"""Which database role reads and writes the tables of custody: legal names, numbers and photographed documents.

Without IDENTITY_DATABASE_URL it is the one of everything else. With it those tables have a connection of their own,
under a role that alone may touch them (`manage.py identity_role`): what leaks or is injected through the ordinary
connection then reads no ciphertext, let alone a name.

Two connections are two transactions. Whoever writes both therefore writes custody first, in a way that a second run
finds and completes; what a crash left behind is put right by `accounts.actions.custody.tidy`.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

ALIAS = "identity"
TABLES = ("custody_person", "custody_hold", "custody_photo", "custody_try")


def alias() -> str:
    """The database alias of custody."""
    return ALIAS if ALIAS in connections.databases else DEFAULT_DB_ALIAS


def is_apart() -> bool:
    """Has custody a connection of its own?"""
    return alias() == ALIAS


class CustodyRouter:
    """Sends the models of custody to their role. Migrations run under the ordinary one, which owns all tables."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str | None:
        return alias() if model._meta.db_table in TABLES else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return db != ALIAS

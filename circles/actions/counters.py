"""Moving the counters that pages show instead of counting rows."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest


def move(rows: "QuerySet[Any]", **changes: int) -> None:
    """Add to counters in the database itself, so that no change at the same time is lost.

    None goes below zero: a counter that is off must not keep anybody from deleting or leaving.
    """
    rows.update(**{name: Greatest(F(name) + change, 0) for name, change in changes.items()})

"""Cutting a large audience into ranges of ids, each small enough for one job."""

from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Mod, RowNumber

Range = tuple[int, int]
"""(after, until]: ids greater than the first, up to the second."""
NO_END = 2**63 - 1


def ranges(rows: "QuerySet[Any]", field: str, *, size: int) -> list[Range]:
    """Ranges of `field` that hold `size` of `rows` each, the last one open; none where there is no row. One query.

    Whoever joins the audience later falls into a range too, and is found when its job runs.
    """
    if not rows.exists():
        return []
    numbered = rows.annotate(place=Window(RowNumber(), order_by=field)).annotate(rest=Mod(F("place"), size))
    ends = list(numbered.filter(rest=0).order_by(field).values_list(field, flat=True))
    return list(zip([0, *ends], [*ends, NO_END], strict=True))

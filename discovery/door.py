"""What discovery puts on the discover page of circles: a little of everything, and the ways on."""

from typing import Any

from circles.shelves import Shelf
from discovery import queries

LINES = 5
CIRCLES = 6


def ways(viewer: Any) -> Shelf:
    return Shelf("discovery/partials/_ways.html", {"is_logged_in": viewer.pk is not None})


def hot(viewer: Any) -> Shelf | None:
    lines = queries.hot_lines(viewer, limit=LINES)
    return Shelf("discovery/partials/_hot_shelf.html", {"lines": lines}) if lines else None


def for_you(viewer: Any) -> Shelf | None:
    if viewer.pk is None:
        return None
    found = queries.for_you(viewer, limit=CIRCLES)
    return Shelf("discovery/partials/_for_you_shelf.html", {"suggested": found}) if found else None


def rising(viewer: Any) -> Shelf | None:
    found = queries.rising(viewer, limit=3)
    return Shelf("discovery/partials/_rising_shelf.html", {"suggested": found}) if found else None


SHELVES = (ways, hot, for_you, rising)

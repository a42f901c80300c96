"""What discovery puts on the discover page of circles: a little of everything, and the ways on."""

from typing import Any

from circles.discover_sections import Section
from discovery import queries

LINES = 5
CIRCLES = 6


def ways(viewer: Any) -> Section:
    return Section("discovery/partials/_ways.html", {"is_logged_in": viewer.pk is not None})


def hot(viewer: Any) -> Section | None:
    lines = queries.hot_lines(viewer, limit=LINES)
    return Section("discovery/partials/_hot_shelf.html", {"lines": lines}) if lines else None


def for_you(viewer: Any) -> Section | None:
    if viewer.pk is None:
        return None
    found = queries.for_you(viewer, limit=CIRCLES)
    return Section("discovery/partials/_for_you_shelf.html", {"suggested": found}) if found else None


def rising(viewer: Any) -> Section | None:
    found = queries.rising(viewer, limit=3)
    return Section("discovery/partials/_rising_shelf.html", {"suggested": found}) if found else None


SECTIONS = (ways, hot, for_you, rising)

"""What stands on the discover page besides all circles. Apps above put it there in `AppConfig.ready`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A part of the page: its template gets `section.shown` and nothing else of the viewer's."""

    template: str
    shown: dict[str, Any] = field(default_factory=dict)


_makers: list[Callable[[Any], Section | None]] = []


def register(*makers: Callable[[Any], Section | None]) -> None:
    """Each gets the viewer and makes a section, or None where there is nothing to show; in this order."""
    _makers.extend(maker for maker in makers if maker not in _makers)


def sections(viewer: Any) -> Iterator[Section]:
    for make in _makers:
        section = make(viewer)
        if section is not None:
            yield section

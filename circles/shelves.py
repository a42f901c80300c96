"""What stands on the discover page besides all circles. Apps above put it there in `AppConfig.ready`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Shelf:
    """A part of the page: its template gets `shelf.shown` and nothing else of the viewer's."""

    template: str
    shown: dict[str, Any] = field(default_factory=dict)


_makers: list[Callable[[Any], Shelf | None]] = []


def register(*makers: Callable[[Any], Shelf | None]) -> None:
    """Each gets the viewer and makes a shelf, or None where there is nothing to show; in this order."""
    _makers.extend(maker for maker in makers if maker not in _makers)


def shelves(viewer: Any) -> Iterator[Shelf]:
    for make in _makers:
        shelf = make(viewer)
        if shelf is not None:
            yield shelf

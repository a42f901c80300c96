"""What this process has just read, for pages that many people ask for at the same moment.

For facts that may be a moment old: a name, a picture, a badge. What must be true now stands in the key, as a version
that goes up with every change.
"""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from django.conf import settings

Found = TypeVar("Found")


class Lately(Generic[Found]):
    """Keeps what was found for HOT_SECONDS (0: nothing is kept), at most `most` at a time."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._found: dict[Hashable, tuple[float, Found]] = {}

    def get(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` found under this key a moment ago, or finds now. Do not change it: others get the same."""
        now = monotonic()
        kept = self._found.get(key)
        if kept is not None and now < kept[0]:
            return kept[1]
        found = find()
        if settings.HOT_SECONDS:
            if len(self._found) >= self._most:
                self._found.clear()  # a moment later all of it would be too old anyway
            self._found[key] = (now + settings.HOT_SECONDS, found)
        return found

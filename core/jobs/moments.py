"""Asked for again and again within a moment, done once at its end."""

import os
import threading
import time
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger(__name__)


class Moments:
    """`do(names)` at once for those nobody asked for within the last moment; for the others once, when it is over, by a
    thread of its own. A process that ends before takes what was waiting with it.
    """

    def __init__(self, do: Callable[[Sequence[str]], None]) -> None:
        self._do = do
        self._begin()
        # A forked process has none of the threads.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._rests: dict[str, float] = {}
        """Name → until when it is not done again, by the monotonic clock."""
        self._waiting: set[str] = set()
        self._seconds = 0.0
        self._thread: threading.Thread | None = None

    def ask(self, names: Sequence[str], *, seconds: float) -> None:
        """`seconds`: how long a moment is, 0 for none."""
        if seconds:
            names = self._first(names, seconds)
        if names:
            self._do(names)

    def _first(self, names: Sequence[str], seconds: float) -> list[str]:
        now = time.monotonic()
        with self._changed:
            self._seconds = seconds
            first = [name for name in names if now >= self._rests.get(name, 0)]
            for name in first:
                self._rests[name] = now + seconds
            later = set(names).difference(first, self._waiting)
            if later:
                self._waiting |= later
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="moments", daemon=True)
                    self._thread.start()
                self._changed.notify()
        return first

    def _work(self) -> None:
        while True:
            due = self._next()
            try:
                self._do(due)
            except Exception as error:  # without its thread, nothing would be done again until the process ends
                log.warning("not_done_at_the_moments_end", names=due, error=type(error).__name__)

    def _next(self) -> list[str]:
        """All that waits, as soon as the moment of one of them is over."""
        with self._changed:
            while True:
                now = time.monotonic()
                over = min((self._rests[name] for name in self._waiting), default=None)
                if over is not None and over <= now:
                    break
                self._changed.wait(None if over is None else over - now)
            due = sorted(self._waiting)
            self._waiting.clear()
            self._rests.update(dict.fromkeys(due, now + self._seconds))
            return due

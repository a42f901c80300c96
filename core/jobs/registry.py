"""The handlers this project has, by name."""

from collections.abc import Callable
from dataclasses import dataclass

QUEUES = ("money", "notify", "fanout", "media", "bulk")
"""By purpose: a backlog in one never delays another."""


@dataclass(frozen=True)
class Handler:
    name: str
    queue: str
    run: Callable[..., None]
    transactional: bool
    max_attempts: int


HANDLERS: dict[str, Handler] = {}


def job(
    *, queue: str, transactional: bool = True, max_attempts: int = 8
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `def handler(job, *, …ids)` as "<app>.<function name>"."""
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}; there are {', '.join(QUEUES)}")

    def register(run: Callable[..., None]) -> Callable[..., None]:
        name = f"{run.__module__.partition('.')[0]}.{run.__name__}"
        known = HANDLERS.get(name)
        if known is not None and known.run.__module__ != run.__module__:
            raise ValueError(f"two handlers are called {name!r}")
        HANDLERS[name] = Handler(name, queue, run, transactional, max_attempts)
        return run

    return register


def get_handler(name: str) -> Handler:
    """The handler of that name; KeyError if this version of the code has none."""
    return HANDLERS[name]

"""The handlers this project has, by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs.models import Job

QUEUES = ("money", "notify", "fanout", "media", "bulk")
"""By purpose: a backlog in one never delays another."""


@dataclass(frozen=True)
class Handler:
    name: str
    queue: str
    run: Callable[..., Any]
    transactional: bool
    max_attempts: int
    stepwise: bool = False
    together: bool = False

    def do(self, jobs: "Sequence[Job]") -> Any:
        """Call it for these jobs: one, or where it takes several `together`, any number."""
        if not self.together:
            [job] = jobs
            return self.run(job, **job.arguments)
        return self.run(jobs, **{name: [job.args[name] for job in jobs] for name in jobs[0].args})


HANDLERS: dict[str, Handler] = {}


def job(
    *,
    queue: str,
    transactional: bool = True,
    max_attempts: int = 8,
    stepwise: bool = False,
    together: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `def handler(job, *, …ids)` as "<app>.<function name>".

    A `stepwise` handler does one step of at most 200 ms at a call and returns the progress to go on from, a dict it
    finds in `job.progress` the next time; None means that all is done. Each step is saved with its writes, so a job
    that is interrupted goes on where it was, and one that is cancelled ends between two steps.

    What happens hundreds of times a second is cheaper done `together`: `def handler(jobs, *, …lists)` gets all jobs of
    its kind that were claimed at once, and of each argument a list in their order. They are done in one transaction;
    where it fails, each is done by itself, so that one which cannot be done holds up no other.
    """
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}; there are {', '.join(QUEUES)}")

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        name = f"{run.__module__.partition('.')[0]}.{run.__name__}"
        known = HANDLERS.get(name)
        if known is not None and known.run.__module__ != run.__module__:
            raise ValueError(f"two handlers are called {name!r}")
        HANDLERS[name] = Handler(name, queue, run, transactional, max_attempts, stepwise, together)
        return run

    return register


def get_handler(name: str) -> Handler:
    """The handler of that name; KeyError if this version of the code has none."""
    return HANDLERS[name]

"""What breaks, one scenario a name. Each takes the stage and returns what it counted."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from tests.bench.report import Figure

if TYPE_CHECKING:
    from tests.faults.stage import Stage

SCENARIOS = {
    "kills": "kills.workers_killed",
    "broker": "brokers.away",
    "flush": "brokers.flushed",
    "wake-ups": "wake_ups.killed_before_waking",
    "postgres": "postgres.restarted",
    "poison": "poison.among_neighbours",
    "clocks": "clocks.long_job_and_two_beats",
    "backlog": "backlog.reply_beside_bulk",
    "restarts": "restarts.under_load",
    "mails": "mails.workers_killed",
}
"""In the order they are run."""


def play(name: str, stage: "Stage") -> list[Figure]:
    module, _, function = SCENARIOS[name].partition(".")
    scenario = getattr(import_module(f"{__name__}.{module}"), function)
    return cast("Callable[[Stage], list[Figure]]", scenario)(stage)

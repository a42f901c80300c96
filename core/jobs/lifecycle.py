"""What a Celery worker does when it starts and ends, and when one of its processes dies, besides its tasks."""

from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery.signals import task_failure, worker_process_shutdown, worker_ready, worker_shutdown, worker_shutting_down

from core.jobs import sweeping
from core.jobs.heartbeat import Pulse
from core.observability import metrics

_pulses: list[Pulse] = []


@worker_ready.connect
def start_pulse(sender: Any, **_said: Any) -> None:
    pulse = Pulse(sender.hostname, sender.app.amqp.queues.consume_from, when_called=sweeping.replace_lost)
    pulse.start()
    _pulses.append(pulse)


@task_failure.connect
def hand_on(exception: BaseException, **_said: Any) -> None:
    """A process of the pool died at its work: others take over at once, without waiting for the next sweep."""
    if isinstance(exception, WorkerLostError | TimeLimitExceeded):
        for pulse in _pulses:
            pulse.call()


@worker_shutting_down.connect
def end_pulse(**_said: Any) -> None:
    for pulse in _pulses:
        pulse.end()  # inside a signal handler: no waiting here


@worker_shutdown.connect
def wait_for_pulse(**_said: Any) -> None:
    for pulse in _pulses:
        pulse.stop()


@worker_process_shutdown.connect
def keep_counts(**_said: Any) -> None:
    metrics.flush()

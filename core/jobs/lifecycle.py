"""What a Celery worker does when it starts and ends, besides its tasks."""

from typing import Any

from celery.signals import worker_process_shutdown, worker_ready, worker_shutdown, worker_shutting_down

from core.jobs.heartbeat import Pulse
from core.observability import metrics

_pulses: list[Pulse] = []


@worker_ready.connect
def start_pulse(sender: Any, **_said: Any) -> None:
    pulse = Pulse(sender.hostname, sender.app.amqp.queues.consume_from)
    pulse.start()
    _pulses.append(pulse)


@worker_shutting_down.connect
def end_pulse(**_said: Any) -> None:
    for pulse in _pulses:
        pulse.stopped.set()  # inside a signal handler: no waiting here


@worker_shutdown.connect
def wait_for_pulse(**_said: Any) -> None:
    for pulse in _pulses:
        pulse.stop()


@worker_process_shutdown.connect
def keep_counts(**_said: Any) -> None:
    metrics.flush()

"""What a Celery worker does when it starts and ends, and when one of its processes dies, besides its tasks."""

from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import current_app
from celery.signals import (
    celeryd_init,
    task_failure,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from django.conf import settings
from django.db import close_old_connections

from core.jobs import deafness, sweeping
from core.jobs.heartbeat import Pulse
from core.observability import metrics

_pulses: list[Pulse] = []


@celeryd_init.connect
def listen_patiently(conf: Any, **_said: Any) -> None:
    """Who listens to a broker that hangs waits for it. Giving up in the middle of an acknowledgement would leave Celery
    with a message it thinks is being worked at, and so it would never take another."""
    conf.broker_transport_options = {**conf.broker_transport_options, "socket_timeout": None}


@worker_process_init.connect
def speak_impatiently(**_said: Any) -> None:
    """The processes of the pool send wake-ups only, as web processes do."""
    current_app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS


@task_prerun.connect
@task_postrun.connect
def keep_connections(**_said: Any) -> None:
    """As between two requests: a connection that broke is given up, any other stays, and with it what Postgres has
    planned for it. Celery would open one for each task (CELERY_DB_REUSE_MAX), which costs more than most tasks."""
    close_old_connections()


@worker_ready.connect
def start_pulse(sender: Any, **_said: Any) -> None:
    queues = sender.app.amqp.queues.consume_from
    pulse = Pulse(sender.hostname, queues, when_called=sweeping.replace_lost, at_each_beat=deafness.Watch(queues).look)
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

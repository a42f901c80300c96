"""Celery's side of durable jobs: three tasks, none of which carries work of its own."""

from celery import shared_task
from django.db import connection

from core.jobs import worker
from core.jobs.queue import answer


@shared_task(name="core.jobs.drain")
def drain(queue: str) -> None:
    """Work off what is ready in `queue`."""
    answer(queue)
    try:
        worker.drain(queue)
    except Exception:
        connection.close()  # so that the sweep sees at once what was claimed and will not be done
        raise


@shared_task(name="core.jobs.sweep")
def sweep() -> None:
    """Hand on what a lost worker or a lost wake-up left behind."""
    worker.sweep()


@shared_task(name="core.jobs.purge")
def purge() -> None:
    """Forget jobs done long ago."""
    worker.purge()

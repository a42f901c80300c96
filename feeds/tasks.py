"""What beat asks for. Each becomes a durable job, once a day however often it is asked."""

from datetime import timedelta

from celery import shared_task

from core.jobs.schedule import once_per_slot

DAILY = ("feeds.turn_partitions", "feeds.pack_partitions", "feeds.mark_absences")


@shared_task(name="feeds.keep_timelines")
def keep_timelines() -> None:
    """Once a day: partitions made, packed and dropped, absent members marked."""
    for handler in DAILY:
        once_per_slot(handler, timedelta(days=1))

"""What beat asks for. Each becomes a durable job, once a slot of time however often it is asked."""

from datetime import timedelta

from celery import shared_task

from core.jobs.schedule import once_per_slot

HOURLY = ("discovery.keep_heat",)
QUARTERLY = ("discovery.measure_growth",)
DAILY = ("discovery.learn_circles", "discovery.gather_people")


@shared_task(name="discovery.keep")
def keep() -> None:
    """The hottest posts every hour, growth every six hours, kinship and people once a day."""
    for handlers, hours in ((HOURLY, 1), (QUARTERLY, 6), (DAILY, 24)):
        for handler in handlers:
            once_per_slot(handler, timedelta(hours=hours))

"""What beat asks for every night."""

from datetime import timedelta

from celery import shared_task

from core.counters import Counter, recount
from core.jobs import job
from core.jobs.schedule import once_per_slot
from core.models import Job
from merchants.models import Fan, Merchant

COUNTERS = (Counter(Merchant.objects.all(), "fan_count", Fan.objects.all(), "merchant"),)


@shared_task(name="merchants.tidy")
def tidy() -> None:
    """Once a day: counters put right."""
    once_per_slot("merchants.recount_merchants", timedelta(days=1))


@job(queue="bulk", stepwise=True)
def recount_merchants(job: Job) -> dict[str, int] | None:
    """Count fans anew."""
    return recount(COUNTERS, job.progress)

"""What beat asks for, each once however many beats there are."""

from datetime import UTC, timedelta

from celery import shared_task
from django.utils import timezone

from core.jobs import enqueue
from core.jobs.schedule import once_per_slot
from notifications.actions.digests import slots_until
from notifications.models import Delivery, DeliveryState


@shared_task(name="notifications.release_due")
def release_due() -> None:
    """Every minute: have what was postponed until now sent."""
    now = timezone.now()
    if Delivery.objects.filter(state=DeliveryState.POSTPONED, due_at__lte=now).exists():
        once_per_slot("notifications.release_due_deliveries", timedelta(minutes=1), now=now)


@shared_task(name="notifications.plan_digests")
def plan_digests() -> None:
    """Several times an hour: have the digests of this hour, and of those beat slept through, planned once each."""
    for slot in slots_until(timezone.now()):
        moment = slot.astimezone(UTC)
        key = f"notifications.plan_digests@{moment:%Y-%m-%dT%H}"
        enqueue("notifications.plan_digests", unique_key=key, slot=moment.isoformat())


@shared_task(name="notifications.purge_deliveries")
def purge_deliveries() -> None:
    """Every day: forget what was sent long ago."""
    once_per_slot("notifications.purge_old_deliveries", timedelta(days=1))

"""What beat asks for, each once however many beats there are."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.jobs.schedule import once_per_slot
from notifications.models import Delivery, DeliveryState


@shared_task(name="notifications.release_due")
def release_due() -> None:
    """Every minute: have what was postponed until now sent."""
    now = timezone.now()
    if Delivery.objects.filter(state=DeliveryState.POSTPONED, due_at__lte=now).exists():
        once_per_slot("notifications.release_due_deliveries", timedelta(minutes=1), now=now)


@shared_task(name="notifications.purge_deliveries")
def purge_deliveries() -> None:
    """Every day: forget what was sent long ago."""
    once_per_slot("notifications.purge_old_deliveries", timedelta(days=1))

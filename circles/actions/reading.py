"""How far somebody has read in a circle."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from circles.models import Circle, Membership, ReadingPlace


def read(*, reader: User, circle: Circle, to: datetime) -> datetime | None:
    """Move the member's reading place forward to `to`, never back and never into what is to come. Says where it was.

    None, and nothing written, for whoever is no member. Safe to be called twice and at the same time.
    """
    membership = Membership.objects.active().filter(user=reader, circle=circle).first()
    if membership is None:
        return None
    to = min(to, timezone.now())
    places = ReadingPlace.objects.filter(user=reader, circle=circle)
    before = places.values_list("read_to", flat=True).first() or membership.joined_at
    if not places.filter(read_to__lt=to).update(read_to=to):
        ReadingPlace.objects.bulk_create([ReadingPlace(user=reader, circle=circle, read_to=to)], ignore_conflicts=True)
    return before

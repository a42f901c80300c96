"""How far people have read in their circles: most of them up to some day of the last week."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from circles.models import Membership, ReadingPlace

DAYS = 6.0


def write(*, rng: Random) -> int:
    """A place for four memberships of five; the others read up to when they joined, which was lately or long ago."""
    now = timezone.now()
    rows = Membership.objects.active().order_by("pk").values_list("user_id", "circle_id")
    places = [
        ReadingPlace(user_id=user, circle_id=circle, read_to=now - timedelta(days=DAYS * rng.random() ** 2))
        for user, circle in rows
        if rng.random() < 0.8
    ]
    return len(ReadingPlace.objects.bulk_create(places, batch_size=2000, ignore_conflicts=True))

"""One row for a whole audience."""

from circles.models import Publication
from merchants.models import Announcement
from notifications.models import Broadcast


def broadcast(*, announcement_id: int) -> bool:
    """Put an announcement into the inbox of all the merchant's fans, once; False if its post is gone by now."""
    found = Announcement.objects.filter(pk=announcement_id, post__state=Publication.PUBLISHED).first()
    if found is None:
        return False
    row = Broadcast(announcement=found, merchant_id=found.merchant_id, published_at=found.published_at)
    Broadcast.objects.bulk_create([row], ignore_conflicts=True)
    return True

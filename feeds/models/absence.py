from django.conf import settings
from django.db import models
from django.db.models import Q


class Absence(models.Model):
    """A member who stayed away for FEED_ACTIVE_DAYS: nothing is put into their timeline until they come back.

    While `complete_since` is empty, home is pulled altogether. Afterwards entries are written again and what was
    published before `complete_since` is pulled, until that lies further back than timelines reach; then the row goes.
    """

    member = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    complete_since = models.DateTimeField(null=True, blank=True)
    """All that was published since then is in the timeline."""

    class Meta:
        indexes = [
            models.Index(fields=["complete_since"], name="absence_over", condition=Q(complete_since__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.member_id)

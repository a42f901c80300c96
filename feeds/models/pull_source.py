from django.db import models


class PullSource(models.Model):
    """A circle with posts that were not put into timelines, because too many people would have got them.

    Home pages read such a circle directly. The row is written by the job that decided not to push, and stays when
    the circle shrinks: what was pushed and what was not then both show up, once each.
    """

    circle = models.OneToOneField("circles.Circle", models.CASCADE, primary_key=True, related_name="+")
    for_members = models.BooleanField(default=False)
    """Members read all its posts here."""
    for_fans = models.BooleanField(default=False)
    """Fans of its merchant read its announcements here."""

    def __str__(self) -> str:
        return str(self.circle_id)

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from circles.models.post import Post

if TYPE_CHECKING:
    from accounts.models import User

OPTION_MAX = 60


class ResultsShown(models.TextChoices):
    """When people see how many voted for what. The author sees no more than they do."""

    ALWAYS = "always", _("at once, to everybody")
    VOTED = "voted", _("after one's own vote")
    CLOSED = "closed", _("when it is over")


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, viewer: "User | Any") -> "PollQuerySet":
        """Whoever sees the post sees its poll."""
        return self.filter(post__in=Post.objects.visible_to(viewer))


class Poll(models.Model):
    """What a post asks, with the sums. Who voted for what is shown to nobody (`Ballot`)."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="poll")
    allows_many = models.BooleanField(_("several may be chosen"), default=False)
    allows_change = models.BooleanField(_("votes may be changed"), default=True)
    """May a vote be changed or taken back while it runs?"""
    results = models.CharField(_("results are shown"), max_length=6, choices=ResultsShown, default=ResultsShown.VOTED)
    closes_at = models.DateTimeField(_("open until"), null=True, blank=True)
    """Empty: it stays open."""
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    """When a worker closed it and told the author."""
    voter_count = models.PositiveIntegerField(_("people who voted"), default=0)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")

    def __str__(self) -> str:
        return str(self.post)

    def is_over(self, now: datetime | None = None) -> bool:
        return self.closed_at is not None or (self.closes_at is not None and self.closes_at <= (now or timezone.now()))

    def shows_results(self, *, voted: bool) -> bool:
        """To somebody who has `voted`, or has not."""
        if self.is_over() or self.results == ResultsShown.ALWAYS:
            return True
        return self.results == ResultsShown.VOTED and voted


class PollOption(models.Model):
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("text"), max_length=OPTION_MAX)
    vote_count = models.PositiveIntegerField(_("votes"), default=0)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="option_one_per_place")]

    def __str__(self) -> str:
        return self.text


class Ballot(models.Model):
    """One person's vote. Only they see it; one verified person has one account, so one vote."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ballots")
    choices: "ArrayField[list[int], list[int]]" = ArrayField(models.PositiveSmallIntegerField())
    """Positions of the options, in order."""
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "voter"], name="ballot_one_per_person")]

    def __str__(self) -> str:
        return f"{self.poll_id}"

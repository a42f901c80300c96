"""Who owns a circle next: offered by the owner, named by the owner, or chosen by the members when the owner is gone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from circles.models.circle import Circle

SUCCESSORS_MAX = 3
STATEMENT_LENGTH = 200


class OfferState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("offer of a circle", "waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("offer of a circle", "accepted")
    DECLINED = "declined", pgettext_lazy("offer of a circle", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer of a circle", "withdrawn")
    LAPSED = "lapsed", pgettext_lazy("offer of a circle", "lapsed")


class Offer(models.Model):
    """A circle offered to a member: the first of two confirmations, of which theirs is the second.

    Made by the owner, or for a named successor by the site while the owner is gone.
    """

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="offers", verbose_name=_("circle"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("offered by")
    )
    """Empty: by the site, to a named successor."""
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("offered to"))
    state = models.CharField(_("state"), max_length=10, choices=OfferState, default=OfferState.WAITING)
    created_at = models.DateTimeField(_("offered"), default=timezone.now)
    lapses_at = models.DateTimeField(_("stands until"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer of a circle")
        verbose_name_plural = _("offers of circles")
        constraints = [
            models.UniqueConstraint(fields=["circle"], name="offer_one_waiting", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.circle} → {self.to}"

    @property
    def is_standing(self) -> bool:
        return self.state == OfferState.WAITING and self.lapses_at > timezone.now()


class Successor(models.Model):
    """Whom the owner named to be asked, in this order, should they be gone."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="successors", verbose_name=_("circle"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("named successor")
        verbose_name_plural = _("named successors")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["circle", "user"], name="successor_once"),
            models.UniqueConstraint(fields=["circle", "position"], name="successor_one_per_place"),
        ]

    def __str__(self) -> str:
        return f"{self.circle}: {self.position} {self.user}"


class SuccessionState(models.TextChoices):
    NOTICE = "notice", pgettext_lazy("succession", "the owner has been given notice")
    OFFERED = "offered", pgettext_lazy("succession", "offered to a named successor")
    VOTE = "vote", pgettext_lazy("succession", "the members vote")
    TEAM = "team", pgettext_lazy("succession", "waits for the team of this site")
    ENDED = "ended", pgettext_lazy("succession", "there is a new owner")
    RETURNED = "returned", pgettext_lazy("succession", "the owner came back")
    CLOSED = "closed", pgettext_lazy("succession", "the circle was closed")


RUNNING = (SuccessionState.NOTICE, SuccessionState.OFFERED, SuccessionState.VOTE, SuccessionState.TEAM)


class Succession(models.Model):
    """From "the owner is gone" to a new one: notice, then the named successors in turn, then a vote, then the team."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="successions", verbose_name=_("circle"))
    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner who is gone")
    )
    state = models.CharField(_("state"), max_length=10, choices=SuccessionState, default=SuccessionState.NOTICE)
    began_at = models.DateTimeField(_("since"), default=timezone.now)
    turns_at = models.DateTimeField(_("until"), null=True, blank=True)
    """When the next step is due; empty where it waits for people."""
    elected = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("new owner")
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    """Of the team's decision, where it came to that."""
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["circle"], name="succession_one_running", condition=Q(state__in=RUNNING))
        ]
        indexes = [models.Index(fields=["turns_at"], name="succession_due", condition=Q(state__in=RUNNING))]

    def __str__(self) -> str:
        return f"{self.circle}: {self.get_state_display()}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


class Candidacy(models.Model):
    """A member who would own the circle."""

    succession = models.ForeignKey(Succession, models.CASCADE, related_name="candidacies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    statement = models.CharField(_("statement"), max_length=STATEMENT_LENGTH, blank=True)
    votes = models.PositiveIntegerField(_("votes"), null=True, blank=True)
    """Counted when the vote closes."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("candidacy")
        verbose_name_plural = _("candidacies")
        constraints = [models.UniqueConstraint(fields=["succession", "user"], name="candidacy_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.succession}"


class SuccessionVote(models.Model):
    """One verified person, one vote. It may be changed until the vote closes, and is destroyed when it is counted."""

    succession = models.ForeignKey(Succession, models.CASCADE, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="ballots")
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["succession", "voter"], name="succession_vote_once")]

    def __str__(self) -> str:
        return f"{self.succession_id}"

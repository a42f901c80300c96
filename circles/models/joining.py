"""Ways into a circle that somebody opens: applications and invitations."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from circles.models.circle import Circle, CircleState

if TYPE_CHECKING:
    from accounts.models import User

ANSWER_LENGTH = 300


class RequestState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("application", "waits for a decision")
    ACCEPTED = "accepted", pgettext_lazy("application", "accepted")
    REFUSED = "refused", pgettext_lazy("application", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, viewer: "User | Any") -> "JoinRequestQuerySet":
        """One's own. Who decides reads those of the circle (circles.joining), once the rules said they may."""
        return self.filter(user_id=viewer.pk)

    def waiting(self) -> "JoinRequestQuerySet":
        return self.filter(state=RequestState.WAITING)


class JoinRequest(models.Model):
    """Somebody asks to join, with answers to the circle's questions as they were then."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="join_requests", verbose_name=_("circle"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests", verbose_name=_("person")
    )
    answers = models.JSONField(_("answers"), default=list)
    """[[question, answer], …]"""
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "user"], name="join_request_one_waiting", condition=Q(state="waiting")
            )
        ]
        indexes = [
            models.Index(fields=["circle", "id"], name="join_request_waiting", condition=Q(state="waiting")),
            models.Index(fields=["circle", "-id"], name="join_request_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.circle}"

    @property
    def is_waiting(self) -> bool:
        return self.state == RequestState.WAITING


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self) -> "InvitationQuerySet":
        """Those that still open the door: not over, not revoked, not used up, and the circle is there."""
        return self.filter(
            Q(expires_at__gt=timezone.now()),
            Q(uses_max=None) | Q(use_count__lt=F("uses_max")),
            revoked_at=None,
            circle__state=CircleState.OPEN,
        )


class Invitation(models.Model):
    """A link, and the same as a QR code, that lets people into a circle. Whoever holds it may use it."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations", verbose_name=_("circle"))
    code = models.CharField(max_length=24, unique=True, editable=False)
    note = models.CharField(_("note"), max_length=40, blank=True)
    """For those who make invitations: whom or what it is for."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("made by"))
    uses_max = models.PositiveIntegerField(_("uses at most"), null=True, blank=True)
    use_count = models.PositiveIntegerField(_("used"), default=0)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                name="invitation_within_its_uses", condition=Q(uses_max=None) | Q(use_count__lte=F("uses_max"))
            )
        ]
        indexes = [models.Index(fields=["circle", "-id"], name="invitation_newest")]

    def __str__(self) -> str:
        return self.note or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("circles:invitation", args=[self.code])

    @property
    def is_used_up(self) -> bool:
        return self.uses_max is not None and self.use_count >= self.uses_max

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_standing(self) -> bool:
        return self.revoked_at is None and not self.is_over and not self.is_used_up


class InvitationUse(models.Model):
    """Who came by which invitation; each person spends one use of it, however often they come and go."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="uses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "user"], name="invitation_used_once")]

    def __str__(self) -> str:
        return f"{self.user_id} by {self.invitation_id}"

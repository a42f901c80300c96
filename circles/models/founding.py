"""Asking to found a circle."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from circles.models.circle import Circle, Entry, Visibility

if TYPE_CHECKING:
    from accounts.models import User


class FoundingState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("founding", "waits for a decision")
    APPROVED = "approved", pgettext_lazy("founding", "approved")
    REFUSED = "refused", pgettext_lazy("founding", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("founding", "withdrawn")


class FoundingQuerySet(models.QuerySet["Founding"]):
    def visible_to(self, viewer: "User | Any") -> "FoundingQuerySet":
        """One's own; the team reads them in the admin."""
        return self.filter(applicant_id=viewer.pk)


class Founding(models.Model):
    """A circle somebody asks for, until an administrator has decided. Written by circles.actions.foundings."""

    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="foundings", verbose_name=_("applicant")
    )
    name = models.CharField(_("name"), max_length=30)
    slug = models.CharField(_("address"), max_length=40, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500)
    """For those who decide; nobody else reads it."""
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    rules = models.TextField(_("rules"), max_length=2000, blank=True)
    category = models.ForeignKey("circles.Category", models.PROTECT, related_name="+", verbose_name=_("category"))
    visibility = models.CharField(_("who may read"), max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    entry = models.CharField(_("way in"), max_length=10, choices=Entry, default=Entry.OPEN)
    avatar = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    cover = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=FoundingState, default=FoundingState.WAITING)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    """Of the decision; the applicant reads it."""
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    circle = models.OneToOneField(
        Circle, models.SET_NULL, null=True, blank=True, related_name="founding", verbose_name=_("circle")
    )
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = FoundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to found a circle")
        verbose_name_plural = _("applications to found circles")
        indexes = [
            models.Index(fields=["created_at"], name="founding_waiting", condition=Q(state="waiting")),
            models.Index(fields=["applicant", "-id"], name="founding_of_applicant"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        return self.state == FoundingState.WAITING

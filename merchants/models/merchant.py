from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from circles.models import CircleState

if TYPE_CHECKING:
    from accounts.models import User


class MerchantState(models.TextChoices):
    PENDING = "pending", _("waiting for review")
    VERIFIED = "verified", pgettext_lazy("merchant", "verified")
    REFUSED = "refused", _("refused")
    CLOSED = "closed", _("closed")


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def visible_to(self, viewer: "User | Any") -> "MerchantQuerySet":
        """Verified merchants whose circle is open, and for whoever applied also what waits or was refused."""
        seen = Q(state=MerchantState.VERIFIED, circle__state=CircleState.OPEN)
        if viewer.is_authenticated:
            seen |= Q(state__in=(MerchantState.PENDING, MerchantState.REFUSED), applied_by=viewer)
        return self.filter(seen)


class Merchant(models.Model):
    """A business with a licence. Once verified it has a fan page and a circle where its fans talk with each other."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=30)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    licence_number = models.CharField(
        _("licence number"), max_length=18, unique=True, help_text=_("Unified social credit code, 18 characters.")
    )
    state = models.CharField(_("state"), max_length=10, choices=MerchantState, default=MerchantState.PENDING)
    refusal = models.CharField(_("reason of refusal"), max_length=300, blank=True)
    logo = models.ForeignKey("core.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    circle = models.OneToOneField(
        "circles.Circle", models.PROTECT, null=True, blank=True, related_name="merchant", verbose_name=_("circle")
    )
    """Made when the merchant is verified."""
    category = models.ForeignKey(
        "circles.Category",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("Where its circle stands on the discover page."),
    )
    fan_count = models.PositiveIntegerField(_("fans"), default=0)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("applied by")
    )
    created_at = models.DateTimeField(_("applied"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        constraints = [
            models.CheckConstraint(
                name="merchant_verified_has_circle", condition=~Q(state="verified") | Q(circle__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["-fan_count", "-id"], name="merchant_largest", condition=Q(state="verified"))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("merchants:merchant", args=[self.slug])

    @property
    def is_verified(self) -> bool:
        return self.state == MerchantState.VERIFIED

    @property
    def avatar_url(self) -> str | None:
        """The face of its circle, once there is one; the logo it applied with until then."""
        if self.circle_id and self.circle:
            return self.circle.avatar_url
        return self.logo.thumb_url if self.logo_id and self.logo else None

    @property
    def cover_url(self) -> str | None:
        return self.circle.cover_url if self.circle_id and self.circle else None


class Staff(models.Model):
    """A person who speaks for a merchant."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="merchant_staff")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        constraints = [models.UniqueConstraint(fields=["merchant", "user"], name="staff_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.merchant}"

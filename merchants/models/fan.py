from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Fan(models.Model):
    """Somebody who follows a merchant and gets its announcements."""

    merchant = models.ForeignKey("merchants.Merchant", models.CASCADE, related_name="fans")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followed_merchants")
    muted = models.BooleanField(_("notifications off"), default=False)
    followed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("fan")
        verbose_name_plural = _("fans")
        constraints = [models.UniqueConstraint(fields=["merchant", "user"], name="fan_once")]
        indexes = [models.Index(fields=["user", "merchant"], name="fan_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.merchant_id}"

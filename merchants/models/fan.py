from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NoticeLevel


class Fan(models.Model):
    """Somebody who follows a merchant and gets its announcements."""

    merchant = models.ForeignKey("merchants.Merchant", models.CASCADE, related_name="fans")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followed_merchants")
    level = models.CharField(
        _("notifications"), max_length=10, choices=NoticeLevel, blank=True, default="", db_default=""
    )
    """Empty: as the person's default (`User.notice_level`). Being a fan and being disturbed are two settings."""
    followed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("fan")
        verbose_name_plural = _("fans")
        constraints = [models.UniqueConstraint(fields=["merchant", "user"], name="fan_once")]
        indexes = [
            models.Index(fields=["user", "merchant"], name="fan_of_user"),
            models.Index(fields=["merchant", "user"], name="fan_hears_all", condition=Q(level="all")),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.merchant_id}"

    @property
    def muted(self) -> bool:
        return self.level == NoticeLevel.MUTED

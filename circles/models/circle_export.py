import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ExportState


class CircleExport(models.Model):
    """One zip with what members can read in a circle, for its owner, for some days; then the file is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    byte_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export of a circle")
        verbose_name_plural = _("exports of circles")
        constraints = [
            models.UniqueConstraint(fields=["circle"], name="circle_export_one_waiting", condition=Q(state="waiting"))
        ]
        indexes = [models.Index(fields=["expires_at"], name="circle_export_over", condition=Q(state="ready"))]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.READY and self.expires_at is not None and self.expires_at > timezone.now()

    @property
    def path(self) -> str:
        """In the storage "exports", which is never served as a folder."""
        return f"circle-{self.pk.hex}.zip"

"""Taking one's data along, and leaving."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportState(models.TextChoices):
    WAITING = "waiting", _("being put together")
    READY = "ready", _("ready")
    GONE = "gone", _("deleted")


class DataExport(models.Model):
    """One zip with all a person's data. Only they get it, for some days; then the file is deleted and the row stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    byte_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export of data")
        verbose_name_plural = _("exports of data")
        constraints = [
            models.UniqueConstraint(fields=["user"], name="export_one_waiting", condition=Q(state="waiting")),
            models.CheckConstraint(
                name="export_ready_runs_out", condition=~Q(state="ready") | Q(expires_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="export_over", condition=Q(state="ready"))]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.READY and self.expires_at is not None and self.expires_at > timezone.now()

    @property
    def path(self) -> str:
        """In the storage "exports", which is never served as a folder."""
        return f"{self.pk.hex}.zip"


class Words(models.TextChoices):
    """What becomes of posts and comments when their author leaves."""

    KEEP = "keep", _("They stay, under no name")
    DELETE = "delete", _("They go: words, photos and all")


class Closing(models.Model):
    """Somebody asked to close their account. Until `due_at` they can take that back; then a worker erases."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="closing")
    words = models.CharField(max_length=6, choices=Words, default=Words.KEEP)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    """When the account was erased. That it was is all that is kept of it here."""

    class Meta:
        verbose_name = _("closing of an account")
        verbose_name_plural = _("closings of accounts")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.due_at:%Y-%m-%d}"

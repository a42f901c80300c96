from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("dead")
    CANCELLED = "cancelled", _("cancelled")


class Job(models.Model):
    """One promise of work, kept until it is done or an admin has seen it dead."""

    queue = models.CharField(_("queue"), max_length=16)
    handler = models.CharField(_("handler"), max_length=100)
    args = models.JSONField(_("arguments"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("attempts at most"), default=8)
    run_after = models.DateTimeField(_("not before"), default=timezone.now)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    claimed_by = models.IntegerField(null=True, blank=True, editable=False)
    """The process of Postgres that serves the worker's connection: when it is gone, so is the claim."""
    unique_key = models.CharField(_("unique key"), max_length=200, null=True, blank=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts", db_index=False)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    error = models.TextField(_("last error"), blank=True)
    progress = models.JSONField(_("progress"), null=True, blank=True)
    """How far a stepwise handler has come; `done` and `of` in it are shown to people, the rest is the handler's own."""
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["queue", "run_after", "id"], name="job_ready", condition=Q(state=JobState.WAITING)),
            models.Index(fields=["lease_until"], name="job_leased", condition=Q(state=JobState.RUNNING)),
            models.Index(fields=["finished_at"], name="job_done", condition=Q(state=JobState.DONE)),
            models.Index(fields=["-id"], name="job_dead", condition=Q(state=JobState.DEAD)),
            models.Index(fields=["parent", "state"], name="job_parts", condition=Q(parent__isnull=False)),
        ]
        # A row is written three times in its life, and each time into every index that takes it: so most take few.
        constraints = [
            models.UniqueConstraint(fields=["unique_key"], name="job_once", condition=Q(unique_key__isnull=False)),
            models.CheckConstraint(
                name="job_running_has_lease", condition=~Q(state=JobState.RUNNING) | Q(lease_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} #{self.pk}"

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.args)


class Heartbeat(models.Model):
    """Who was seen alive, and when: one row a worker, one for the sweep."""

    name = models.CharField(primary_key=True, max_length=120)
    queues = models.JSONField(default=list)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

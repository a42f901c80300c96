"""Work that waits, runs or has died, and for how long."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin.base import ReadOnlyAdmin
from core.jobs import QUEUES
from core.jobs.models import Job, JobState

SHOWN_STATES = (JobState.WAITING, JobState.RUNNING, JobState.DEAD)
STATE_COLOURS = {
    JobState.WAITING: "info",
    JobState.RUNNING: "primary",
    JobState.DONE: "success",
    JobState.DEAD: "danger",
}


def summary() -> list[dict[str, Any]]:
    """One row per queue: how many jobs wait, run and are dead, and since when the oldest waits. One SQL query.

    Done jobs are left out: they are many, and nobody has to look after them.
    """
    rows = {queue: {"queue": queue, **dict.fromkeys(map(str, SHOWN_STATES), 0), "oldest": None} for queue in QUEUES}
    found = (
        Job.objects.filter(state__in=SHOWN_STATES)
        .order_by()
        .values("queue", "state")
        .annotate(count=Count("pk"), oldest=Min("run_after"))
    )
    for entry in found:
        row = rows.setdefault(entry["queue"], {"queue": entry["queue"], "waiting": 0, "running": 0, "dead": 0})
        row[str(entry["state"])] = entry["count"]
        if entry["state"] == JobState.WAITING:
            row["oldest"] = age(entry["oldest"])
    return list(rows.values())


def age(since: datetime | None) -> str:
    """How long ago that was, in words; "–" for what lies ahead."""
    if since is None or since > timezone.now():
        return "–"
    return timesince(since, depth=1)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("id", "handler", "queue", "shown_state", "attempts", "age", "run_after", "last_error")
    list_filter = ("state", "queue", "handler")
    search_fields = ("=id", "handler", "request_id", "unique_key")
    search_help_text = _("Number, handler or request id")
    list_before_template = "admin/core/job_summary.html"
    fields = (
        "handler",
        "args",
        "queue",
        "state",
        ("attempts", "max_attempts"),
        ("created_at", "run_after"),
        ("lease_until", "finished_at"),
        "unique_key",
        "parent",
        "request_id",
        "error",
    )

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @display(description=_("age"), ordering="created_at")
    def age(self, job: Job) -> str:
        return age(job.created_at)

    @display(description=_("last error"))
    def last_error(self, job: Job) -> str:
        return Truncator(job.error.strip().rpartition("\n")[2]).chars(80) or "–"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "job_summary": summary()})

"""Work that waits, runs or has died, and for how long."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin import plans as shown_plans
from core.admin.base import ReadOnlyAdmin
from core.jobs import QUEUES
from core.jobs.models import Job, JobState
from core.jobs.plans import finished_plans, plans_of, running_plans
from core.observability import checks
from core.observability.exposition import QUEUE_STATES

SHOWN_STATES = (JobState.WAITING, JobState.RUNNING, JobState.DEAD)
STATE_COLOURS = {
    JobState.WAITING: "info",
    JobState.RUNNING: "primary",
    JobState.DONE: "success",
    JobState.DEAD: "danger",
    JobState.CANCELLED: "warning",
}


def summary() -> list[dict[str, Any]]:
    """One row per queue: how many jobs wait, run and are dead, and since when the oldest waits. One SQL query.

    Done jobs are left out: they are many, and nobody has to look after them.
    """
    rows = {queue: {"queue": queue, **dict.fromkeys(map(str, SHOWN_STATES), 0), "oldest": None} for queue in QUEUES}
    with connection.cursor() as cursor:
        cursor.execute(QUEUE_STATES)
        for queue, state, count, _ready, seconds in cursor.fetchall():
            row = rows.setdefault(queue, {"queue": queue, "waiting": 0, "running": 0, "dead": 0})
            row[state] = count
            if state == JobState.WAITING:
                row["oldest"] = age(timezone.now() - timedelta(seconds=max(float(seconds), 0)))
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
    change_form_outer_before_template = "admin/core/job_plan.html"
    fields = (
        "handler",
        "args",
        "queue",
        "state",
        ("attempts", "max_attempts"),
        ("created_at", "run_after"),
        ("started_at", "finished_at"),
        "lease_until",
        "progress",
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

    def get_urls(self) -> list[URLPattern]:
        pages = [("plans/", self.plans_view, "core_job_plans"), ("health/", self.health_view, "core_health")]
        own = [path(route, self.admin_site.admin_view(view), name=name) for route, view, name in pages]
        return [*own, *super().get_urls()]

    def plans_view(self, request: HttpRequest) -> HttpResponse:
        """How far, how fast, when done."""
        context = {
            "title": _("Large work"),
            "running": [shown_plans.row(plan) for plan in running_plans()],
            "finished": [shown_plans.row(plan) for plan in finished_plans()],
        }
        return self._show(request, "admin/core/plans.html", context)

    def health_view(self, request: HttpRequest) -> HttpResponse:
        """What `manage.py doctor` says, on a page."""
        results = checks.examine()
        context = {"title": _("Is it well?"), "results": results, "is_well": checks.is_well(results)}
        return self._show(request, "admin/core/health.html", context)

    def _show(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        own = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, own)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        context = getattr(response, "context_data", None)
        job = context.get("original") if context else None
        if context is not None and job is not None:
            [plan] = plans_of([job])
            if plan.of:
                context["plan"] = shown_plans.row(plan)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "job_summary": summary()})

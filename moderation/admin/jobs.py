"""Dead jobs get another round; work that should not go on is called off."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.enums import ActionVariant

from core.admin.jobs import JobAdmin
from core.jobs.models import Job, JobState
from core.jobs.plans import UNFINISHED
from moderation.actions import jobs
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power

admin.site.unregister(Job)


def is_unfinished(job: Job) -> bool:
    """A plan is not finished as long as its parts are not."""
    return job.state in UNFINISHED or (
        job.state != JobState.CANCELLED and job.parts.filter(state__in=UNFINISHED).exists()
    )


@admin.register(Job)
class RetriedJobAdmin(ReasonedAdmin, JobAdmin):
    reasoned = (
        Reasoned(
            name="retry",
            label=_("Retry"),
            explanation=_("Dead jobs wait again, with fresh attempts. Others are left alone."),
            power=Power.JOBS,
            run=lambda *, actor, row, reason: jobs.retry(actor=actor, job_ids=[row.pk], reason=reason),
            icon="restart_alt",
            variant=ActionVariant.PRIMARY,
            fits=lambda job: job.state == JobState.DEAD,
            reason=_("The cause has been dealt with."),
        ),
        Reasoned(
            name="retry-parts",
            label=_("Retry dead parts"),
            explanation=_("The dead parts of this job wait again, with fresh attempts."),
            power=Power.JOBS,
            run=lambda *, actor, row, reason: jobs.retry_parts(actor=actor, job_id=row.pk, reason=reason),
            icon="restart_alt",
            variant=ActionVariant.PRIMARY,
            fits=lambda job: job.parts.filter(state=JobState.DEAD).exists(),
            reason=_("The cause has been dealt with."),
        ),
        Reasoned(
            name="cancel",
            label=pgettext_lazy("a job", "Call off"),
            explanation=_(
                "What has not been done yet will not be done any more. What is done stays. This cannot be undone."
            ),
            power=Power.JOBS,
            run=lambda *, actor, row, reason: jobs.cancel(actor=actor, job=row, reason=reason),
            icon="cancel",
            variant=ActionVariant.DANGER,
            fits=is_unfinished,
        ),
    )

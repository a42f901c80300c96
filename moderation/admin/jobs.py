"""Dead jobs get another round."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from core.admin.jobs import JobAdmin
from core.jobs.models import Job, JobState
from moderation.actions import jobs
from moderation.admin.reasoned import Reasoned, ReasonedAdmin
from moderation.rules import Power

admin.site.unregister(Job)


@admin.register(Job)
class RetriedJobAdmin(ReasonedAdmin, JobAdmin):
    change_form_outer_after_template = None
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
    )

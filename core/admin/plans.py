"""Large pieces of work in the admin: how far, how fast, when done."""

from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from core.jobs.models import JobState
from core.jobs.plans import Plan

SHOWN_ORDER = (JobState.DONE, JobState.RUNNING, JobState.WAITING, JobState.DEAD, JobState.CANCELLED)


def row(plan: Plan) -> dict[str, Any]:
    """A plan as templates/admin/core/_plan.html shows it."""
    return {
        "job": plan.job,
        "plan": plan,
        "done": number_format(plan.done, force_grouping=True),
        "of": number_format(plan.of, force_grouping=True),
        "state": plan.state.value,
        "state_label": plan.state.label if plan.state != JobState.DEAD else _("stuck"),
        "rate": rate(plan),
        "ends": ends(plan),
        "parts": [
            (state.value, state.label, number_format(plan.parts[state], force_grouping=True))
            for state in SHOWN_ORDER
            if plan.parts.get(state)
        ],
    }


def rate(plan: Plan) -> str:
    """How fast, in the unit that gives a readable number; "–" when nothing moves."""
    speed = plan.per_second if plan.is_unfinished else 0.0
    if not speed:
        return "–"
    if speed >= 1:
        return _("%(number)s a second") % {"number": number_format(round(speed, 1), 1 if speed < 10 else 0)}
    return _("%(number)s a minute") % {"number": number_format(round(speed * 60, 1), 1)}


def ends(plan: Plan) -> str:
    """When done, in words."""
    if plan.state == JobState.DONE:
        return _("done")
    if plan.state == JobState.CANCELLED:
        return _("called off")
    if plan.state == JobState.DEAD:
        return _("not before its dead parts are retried")
    at = plan.ends_at
    if at is None:
        return _("cannot be told yet")
    if (at - timezone.now()).total_seconds() < 60:
        return _("in less than a minute")
    return _("in %(time)s") % {"time": timeuntil(at, depth=1)}

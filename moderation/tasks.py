"""What decisions of the team set going and is too much for one moment."""

from accounts.actions import vouching
from accounts.models import Institution
from core.jobs import job
from core.models import Job
from moderation.models import LogEntry

STEP = 20
"""Facts a step; each is a handful of statements under its person's lock."""


@job(queue="bulk", stepwise=True)
def revoke_facts_of_institution(job: Job, *, log_entry_id: int, institution_id: int) -> dict[str, int] | None:
    """Take back what an institution said until the decision, some people a step; they read the reason."""
    entry = LogEntry.objects.select_related("actor").get(pk=log_entry_id)
    institution = Institution.objects.get(pk=institution_id)
    progress = job.progress or {"after": 0, "done": 0, "of": int(entry.details["facts"])}
    last = vouching.take_back_all(
        institution=institution,
        said_until=entry.created_at,
        by=entry.actor,
        reason=entry.reason,
        after=progress["after"],
        size=STEP,
    )
    return None if last is None else {**progress, "after": last, "done": progress["done"] + STEP}

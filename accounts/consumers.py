"""What accounts themselves do when something happened to a person."""

from typing import Any

from accounts.actions import credit
from core.jobs import job


@job(queue="bulk")
def assess_after_identity(job: Any, *, user_id: int, what: str) -> None:
    """Whoever is verified, or not any more, stands higher or lower at once."""
    credit.recompute(after=user_id - 1, until=user_id)

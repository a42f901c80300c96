"""What follows here from what happened to a person."""

from typing import Any

from accounts.actions import rosters
from accounts.models import User
from core.jobs import job


@job(queue="notify")
def match_rosters_of_verified(job: Any, *, user_id: int, what: str) -> None:
    """Institutions may have had this person on a list before there was a verified account for them."""
    person = User.objects.filter(pk=user_id).first()
    if person is not None and person.is_verified:
        rosters.match(user=person)

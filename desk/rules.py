"""Who sits at a circle's desk. Pure decisions, no writes."""

from typing import Any

from circles import rules as circle_rules
from circles.models import Membership
from core.errors import Decision


def can_see(user: Any, membership: Membership | None) -> Decision:
    """The owner, and whoever decides about applications. Codes as `circles.rules.can_admit`."""
    return circle_rules.can_admit(user, membership)

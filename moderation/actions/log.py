"""Writing the log. Every other action of moderation calls this inside its own transaction."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from circles.models import Circle, Comment, Post
from core.errors import Invalid
from core.text.clean import clean, require_length
from moderation.models import LogEntry, Verb

REASON_MAX = 1000


def clean_reason(reason: str) -> str:
    """The reason as it is stored. Raises `Invalid` (`reason_required`, `too_long`)."""
    reason = clean(reason)
    if not reason:
        raise Invalid("reason_required", _("Please give a reason."), field="reason")
    require_length(reason, most=REASON_MAX, field="reason")
    return reason


def write(
    *,
    actor: User,
    verb: Verb,
    reason: str,
    target: Model | None = None,
    subject: User | None = None,
    circle: Circle | None = None,
    details: dict[str, Any] | None = None,
) -> LogEntry:
    """Add one row; it can never be changed or removed. `reason` has been cleaned by the caller."""
    return LogEntry.objects.create(
        actor=actor,
        verb=verb,
        reason=reason,
        subject=subject,
        circle=circle,
        target=name_of(target) if target is not None else "",
        details=details or {},
    )


def known_author(content: Post | Comment) -> User | None:
    """Whom a decision about this concerns, for the log; nobody where it stands under a pseudonym."""
    return None if content.is_masked else content.author


def name_of(target: Model) -> str:
    """How the log names a row, such as "circles.post:42"."""
    return f"{target._meta.label_lower}:{target.pk}"

"""Writing the log of a circle, which its members read. Other actions call this inside their own transaction."""

from typing import Any

from accounts.models import User
from circles.models import Circle, Comment, Deed, DeedKind, Post
from core.errors import Invalid
from core.text.clean import clean_line

REASON_MAX = 300


def clean_reason(reason: str, *, required: bool = False) -> str:
    """The reason as it is stored. Raises `Invalid` (`reason_required`, `too_long`)."""
    from django.utils.translation import gettext as _

    from core.text.clean import require_length

    reason = clean_line(reason)
    if required and not reason:
        raise Invalid("reason_required", _("Please give a reason."), field="reason")
    require_length(reason, most=REASON_MAX, field="reason")
    return reason


def write(
    *,
    circle: Circle,
    kind: DeedKind,
    actor: User | None,
    subject: User | None = None,
    post: Post | None = None,
    reason: str = "",
    **details: Any,
) -> Deed:
    """Add one line. `actor` None: the team of this site, or the site itself."""
    return Deed.objects.create(
        circle=circle,
        kind=kind,
        actor=actor,
        subject=subject,
        post_id=post.pk if post is not None else None,
        reason=reason,
        details=details,
    )


def about(content: Post | Comment, *, kind: DeedKind, actor: User | None, reason: str = "") -> Deed:
    """A line about something written: whose it was, unless it stands under a name that leads to nobody."""
    post = content if isinstance(content, Post) else content.post
    known = not content.is_masked and content.author_linked
    return write(
        circle=post.circle,
        kind=kind,
        actor=actor,
        subject=content.author if known else None,
        post=post,
        reason=reason,
        **({} if known else {"name": content.author_name}),
        **({"comment": content.pk} if isinstance(content, Comment) else {}),
    )

"""What moderation keeps of a person: its decisions about them, which nobody can delete."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.portability import Share
from accounts.portability.archive import Archive
from moderation.models import LogEntry


def export(user: User, archive: Archive) -> None:
    archive.section(
        "decisions",
        _("Decisions about me"),
        (
            {
                "when": row.created_at,
                "what": row.get_verb_display(),
                "reason": row.reason,
                "circle": row.circle.name if row.circle else "",
            }
            for row in LogEntry.objects.filter(subject=user).select_related("circle").order_by("pk")
        ),
    )


def erase(user: User, keep_words: bool) -> None:
    """Nothing: the log names people by their number, and is append-only for everybody's sake."""


SHARE = Share(
    app="moderation",
    export=export,
    erase=erase,
    models=["moderation.LogEntry", "moderation.PseudonymOpening"],
    keeps=[
        (
            gettext_lazy("Moderators' decisions about you, with their reasons, under your number"),
            gettext_lazy("what was removed and why has to be shown when somebody asks"),
            gettext_lazy("for good: nobody can change that log"),
        ),
    ],
)

from django.db import models
from django.utils.translation import pgettext_lazy


class NoticeLevel(models.TextChoices):
    """How much of a circle or merchant reaches a person. Being a member and being disturbed are two settings."""

    ALL = "all", pgettext_lazy("level", "Everything")
    HIGHLIGHTS = "highlights", pgettext_lazy("level", "What concerns me")
    MENTIONS = "mentions", pgettext_lazy("level", "Replies and mentions only")
    DIGEST = "digest", pgettext_lazy("level", "Only in the digest")
    MUTED = "muted", pgettext_lazy("level", "Nothing")


DEFAULT_LEVELS = tuple(level for level in NoticeLevel if level is not NoticeLevel.ALL)
"""What a person may choose for all circles and merchants at once. "Everything" is chosen one by one: who gets each post
of a circle is found by an index over those who asked for it, not by looking through all members."""

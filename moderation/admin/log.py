"""The log, to read."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from core.admin.base import ReadOnlyAdmin
from moderation.models import LogEntry


def url_of(target: str) -> str | None:
    """The page of "circles.post:42" in the admin."""
    label, _colon, pk = target.partition(":")
    try:
        return reverse(f"admin:{label.replace('.', '_')}_change", args=[pk]) if pk else None
    except NoReverseMatch:
        return None


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "actor", "verb", "linked_target", "subject", "circle", "excerpt")
    list_display_links = ("created_at",)
    list_select_related = ("actor", "subject", "circle")
    list_filter = ("verb", ("created_at", RangeDateTimeFilter))
    list_filter_submit = True
    search_fields = ("=target", "reason", "actor__nickname", "subject__nickname")
    search_help_text = _("Target (such as circles.post:42), reason or person")
    fields = ("created_at", "actor", "verb", "reason", "linked_target", "subject", "circle", "details")
    readonly_fields = ("linked_target",)

    @display(description=_("target"), ordering="target")
    def linked_target(self, entry: LogEntry) -> str:
        url = url_of(entry.target)
        return format_html('<a href="{}">{}</a>', url, entry.target) if url else entry.target

    @display(description=_("reason"))
    def excerpt(self, entry: LogEntry) -> str:
        return Truncator(entry.reason).chars(60)

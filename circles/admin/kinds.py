"""Polls and events. Who voted for what is shown to nobody; who signed up, to whoever organises."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from circles.models import Event, Poll, PollOption
from core.admin.base import ReadOnlyAdmin


class OptionInline(TabularInline):
    model = PollOption
    fields = ("position", "text", "vote_count")
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may see the poll."""
        return request.user.has_perm("circles.view_poll")


class OfPostAdmin(ReadOnlyAdmin):
    """What a post has by its kind. It is hidden with the post, so the way there stands on the page."""

    list_select_related = ("post__circle",)
    search_fields = ("=post__id", "post__title", "post__circle__name", "=post__circle__number")
    search_help_text = _("Number or title of the post, or circle")

    @display(description=_("title"))
    def title(self, row: Poll | Event) -> str:
        return row.post.title or f"#{row.post_id}"

    @display(description=_("circle"))
    def circle(self, row: Poll | Event) -> str:
        return row.post.circle.name

    @display(description=_("post"))
    def post_link(self, row: Poll | Event) -> SafeString:
        there = reverse("admin:circles_post_change", args=[row.pk])
        return format_html('<a href="{}">#{} {}</a>', there, row.pk, row.post.title)


@admin.register(Poll)
class PollAdmin(OfPostAdmin):
    list_display = ("title", "circle", "voter_count", "closes_at", "closed_at")
    list_filter = (("closes_at", RangeDateTimeFilter), "allows_many")
    list_filter_submit = True
    ordering = ("-post_id",)
    fields = (
        "post_link",
        ("allows_many", "allows_change"),
        "results",
        ("closes_at", "closed_at"),
        "voter_count",
    )
    readonly_fields = ("post_link",)
    inlines = (OptionInline,)


@admin.register(Event)
class EventAdmin(OfPostAdmin):
    list_display = ("title", "circle", "starts_at", "place", "taken", "called_off_at")
    list_filter = (("starts_at", RangeDateTimeFilter), ("called_off_at", admin.EmptyFieldListFilter))
    list_filter_submit = True
    search_fields = (*OfPostAdmin.search_fields, "place")
    ordering = ("-starts_at", "-post_id")
    fields = (
        "post_link",
        ("starts_at", "ends_at"),
        "zone",
        "place",
        "fee_fen",
        ("capacity", "going_count", "waiting_count"),
        "called_off_at",
    )
    readonly_fields = ("post_link",)

    @display(description=_("places taken"))
    def taken(self, event: Event) -> str:
        return f"{event.going_count}/{event.capacity}" if event.capacity else str(event.going_count)

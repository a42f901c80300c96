"""What all lists of the admin share: nothing is written by hand, and large tables stay quick."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

ROWS_REACHED_MAX = 5_000
"""Rows one can page through; whoever looks for older ones narrows the list down."""


class BoundedPaginator(Paginator):
    """Counts no further than anybody would page, so that a list of millions opens at once."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows[:ROWS_REACHED_MAX].count()


class ReadOnlyAdmin(ModelAdmin):
    """Rows to look at. Whatever changes them is an action with rules and a log of its own."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    ordering: Any = ("-id",)
    list_filter_submit = False
    list_fullwidth = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

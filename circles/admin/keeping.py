"""What circles keep of their posts: topics, shelves and collections."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from circles.models import Collection, Shelf, Topic
from core.admin.base import ReadOnlyAdmin


@admin.register(Topic)
class TopicAdmin(ReadOnlyAdmin):
    list_display = ("name", "circle", "post_count", "created_at")
    list_select_related = ("circle",)
    search_fields = ("name", "circle__name", "=circle__number")
    search_help_text = _("Topic, or name or number of the circle")
    fields = ("name", "circle", "post_count", "created_at")


@admin.register(Shelf)
class ShelfAdmin(ReadOnlyAdmin):
    list_display = ("name", "circle", "position")
    list_select_related = ("circle",)
    search_fields = ("name", "circle__name", "=circle__number")
    search_help_text = _("Shelf, or name or number of the circle")
    fields = ("name", "circle", "position")


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    list_display = ("title", "circle", "page_count", "made_by", "updated_at")
    list_select_related = ("circle", "made_by")
    search_fields = ("title", "intro", "circle__name", "=circle__number")
    search_help_text = _("Words of it, or name or number of the circle")
    fields = ("title", "intro", "circle", "made_by", "contents", ("created_at", "updated_at"))
    readonly_fields = ("contents",)

    @display(description=_("contents"))
    def contents(self, collection: Collection) -> SafeString:
        """Headings and titles as they stand; they are words of the circle's staff."""
        pages = collection.pages.select_related("post", "section").order_by("position")[:300]
        return format_html(
            "<ol>{}</ol>",
            format_html_join(
                "",
                '<li>{}<a href="{}">{}</a></li>',
                (
                    (
                        f"{page.section.title} · " if page.section else "",
                        reverse("admin:circles_post_change", args=[page.post_id]),
                        f"#{page.post_id} {page.title or Truncator(page.post.title or page.post.body).chars(40)}",
                    )
                    for page in pages
                ),
            ),
        )

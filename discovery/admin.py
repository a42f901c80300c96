"""What workers reckon for the lists of discovery, to see why something stands where it does (docs/discovery.md)."""

from django.contrib import admin
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin.base import ReadOnlyAdmin
from discovery.models import CircleGrowth, PostHeat
from discovery.models.heat import degrees


@admin.register(PostHeat)
class PostHeatAdmin(ReadOnlyAdmin):
    list_display = ("start", "circle", "heat", "people", "measured_at")
    list_select_related = ("post", "circle")
    search_fields = ("=post__id", "post__title", "circle__name", "=circle__number")
    search_help_text = _("Number or title of the post, or circle")
    ordering = ("-score", "-post_id")
    fields = ("post", "circle", "heat", "people", "measured_at")
    readonly_fields = ("heat",)

    @display(description=_("post"))
    def start(self, row: PostHeat) -> str:
        return f"#{row.post_id} {Truncator(row.post.title or row.post.body).chars(40)}"

    @display(description=_("heat"), ordering="score")
    def heat(self, row: PostHeat) -> int:
        return degrees(row.score, timezone.now())


@admin.register(CircleGrowth)
class CircleGrowthAdmin(ReadOnlyAdmin):
    list_display = ("circle", "joined", "usual", "rounded", "measured_at")
    list_select_related = ("circle",)
    search_fields = ("circle__name", "=circle__number")
    search_help_text = _("Name or number of the circle")
    ordering = ("-score", "-circle_id")
    fields = ("circle", "joined", "usual", "rounded", "measured_at")
    readonly_fields = ("rounded",)

    @display(description=_("score"), ordering="score")
    def rounded(self, row: CircleGrowth) -> str:
        return f"{row.score:.2f}"

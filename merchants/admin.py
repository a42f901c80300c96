"""Merchants and their announcements, to look at. Moderation adds what may be done (moderation/admin)."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin.base import ReadOnlyAdmin
from core.admin.pictures import gallery
from merchants.models import Announcement, Merchant, MerchantState

STATE_COLOURS = {MerchantState.PENDING: "warning", MerchantState.VERIFIED: "success", MerchantState.REFUSED: "danger"}


@admin.register(Merchant)
class MerchantAdmin(ReadOnlyAdmin):
    list_display = ("name", "licence_number", "applied_by", "shown_state", "fan_count", "created_at", "decided_at")
    list_select_related = ("applied_by",)
    list_filter = ("state", "category")
    search_fields = ("name", "slug", "licence_number", "applied_by__nickname")
    search_help_text = _("Name, address, licence number or applicant")
    fields = (
        "name",
        "slug",
        "intro",
        "licence_number",
        "shown_logo",
        "category",
        "applied_by",
        "state",
        "refusal",
        "circle",
        "fan_count",
        ("created_at", "decided_at"),
    )
    readonly_fields = ("shown_logo",)

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, merchant: Merchant) -> tuple[str, str]:
        return merchant.state, merchant.get_state_display()

    @display(description=_("logo"))
    def shown_logo(self, merchant: Merchant) -> SafeString:
        return gallery([merchant.logo] if merchant.logo else [])


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    list_display = ("id", "merchant", "excerpt", "state", "fan_count", "published_at")
    list_display_links = ("id", "excerpt")
    list_select_related = ("merchant", "post")
    list_filter = ("post__state",)
    search_fields = ("merchant__name", "post__body")
    search_help_text = _("Merchant or text")
    fields = ("merchant", "post", "text", "fan_count", "published_at")
    readonly_fields = ("text",)

    @display(description=_("text"))
    def excerpt(self, announcement: Announcement) -> str:
        return Truncator(announcement.post.body).chars(60) or _("(photos only)")

    @display(description=_("text"))
    def text(self, announcement: Announcement) -> str:
        return announcement.post.body

    @display(description=_("state"), ordering="post__state")
    def state(self, announcement: Announcement) -> str:
        return announcement.post.get_state_display()

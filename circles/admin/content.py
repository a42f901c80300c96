"""Circles and what is said in them, to look at. Moderation adds what may be done (moderation/admin)."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from circles.models import (
    Category,
    Circle,
    CircleState,
    Comment,
    Membership,
    MembershipState,
    Post,
    Publication,
)
from core.admin.base import ReadOnlyAdmin
from core.admin.pictures import gallery

PUBLICATION_COLOURS = {
    Publication.PUBLISHED: "success",
    Publication.HIDDEN: "danger",
    Publication.DELETED: "warning",
    Publication.HELD: "info",
}
MEMBERSHIP_COLOURS = {MembershipState.ACTIVE: "success", MembershipState.BANNED: "danger"}
CIRCLE_COLOURS = {CircleState.OPEN: "success", CircleState.CLOSED: "danger"}


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ("name", "name_en", "slug", "position")
    list_editable = ("position",)
    search_fields = ("name", "name_en", "slug")
    prepopulated_fields = {"slug": ("name_en",)}

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        """An empty shelf may go; one with circles stays."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.circles.exists())

    def get_actions(self, request: HttpRequest) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(Circle)
class CircleAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "category", "kind", "owner", "member_count", "post_count", "shown_state")
    list_display_links = ("number", "name")
    list_select_related = ("category", "owner")
    list_filter = ("state", "kind", "category")
    search_fields = ("name", "slug", "=number", "owner__nickname")
    search_help_text = _("Name, address, number or owner")
    ordering = ("-id",)
    fields = (
        ("number", "slug"),
        "name",
        "intro",
        "rules",
        ("category", "kind"),
        "state",
        "owner",
        ("member_count", "post_count"),
        "created_at",
        "pictures",
    )
    readonly_fields = ("pictures",)

    @display(description=_("state"), label=CIRCLE_COLOURS, ordering="state")
    def shown_state(self, circle: Circle) -> tuple[str, str]:
        return circle.state, circle.get_state_display()

    @display(description=_("pictures"))
    def pictures(self, circle: Circle) -> SafeString:
        return gallery([picture for picture in (circle.avatar, circle.cover) if picture])


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "circle", "role", "shown_state", "silenced_until", "joined_at")
    list_select_related = ("user", "circle")
    list_filter = ("state", "role", ("silenced_until", admin.EmptyFieldListFilter))
    search_fields = ("user__nickname", "user__username", "circle__name", "=circle__number")
    search_help_text = _("Person, or name or number of the circle")
    fields = ("user", "circle", "role", "state", "silenced_until", "level", "joined_at")

    @display(description=_("state"), label=MEMBERSHIP_COLOURS, ordering="state")
    def shown_state(self, membership: Membership) -> tuple[str, str]:
        return membership.state, membership.get_state_display()


class AuthoredAdmin(ReadOnlyAdmin):
    """Posts and comments: who stands behind a pseudonym is neither shown nor found here."""

    @display(description=_("author"))
    def shown_author(self, row: Post | Comment) -> str:
        if row.is_masked:
            return gettext("%(name)s (pseudonym)") % {"name": row.author_name}
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:accounts_user_change", args=[row.author_id]), row.author
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, term: str) -> tuple[Any, bool]:
        found, twice = super().get_search_results(request, queryset, term)
        if words := term.strip():
            mine = queryset.filter(author_mask="", author__nickname__icontains=words)
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=mine.values("pk")))
        return found, twice


@admin.register(Post)
class PostAdmin(AuthoredAdmin):
    list_display = (
        "id",
        "excerpt",
        "shown_author",
        "circle",
        "shown_state",
        "comment_count",
        "like_count",
        "published_at",
    )
    list_display_links = ("id", "excerpt")
    list_select_related = ("author", "circle")
    list_filter = ("state", "kind", "is_featured", "is_ai_made", ("published_at", RangeDateTimeFilter))
    list_filter_submit = True
    search_fields = ("=id", "title", "body", "circle__name")
    search_help_text = _("Number, text, author or circle")
    fields = (
        "title",
        "body",
        "photos",
        "earlier",
        ("shown_author", "circle"),
        ("kind", "state"),
        ("is_featured", "is_pinned"),
        ("comment_count", "like_count"),
        ("published_at", "edited_at"),
    )
    readonly_fields = ("photos", "shown_author", "earlier")

    @display(description=_("text"))
    def excerpt(self, post: Post) -> str:
        return Truncator(post.title or post.body).chars(60) or _("(photos only)")

    @display(description=_("what it said before"))
    def earlier(self, post: Post) -> SafeString | str:
        rows = post.versions.order_by("-number")[:20]
        lines = ((row.written_at.strftime("%Y-%m-%d %H:%M"), f"{row.title} {row.body}".strip()) for row in rows)
        return format_html_join("", "<p><strong>{}</strong> {}</p>", lines) or "–"

    @display(description=_("state"), label=PUBLICATION_COLOURS, ordering="state")
    def shown_state(self, post: Post) -> tuple[str, str]:
        return post.state, post.get_state_display()

    @display(description=_("photos"))
    def photos(self, post: Post) -> SafeString:
        return gallery([photo.picture for photo in post.photos.select_related("picture")])


@admin.register(Comment)
class CommentAdmin(AuthoredAdmin):
    list_display = ("id", "excerpt", "shown_author", "post_number", "floor", "shown_state", "published_at")
    list_display_links = ("id", "excerpt")
    list_select_related = ("author",)
    list_filter = ("state", ("published_at", RangeDateTimeFilter))
    list_filter_submit = True
    search_fields = ("=id", "body", "=post__id")
    search_help_text = _("Number, text, author or number of the post")
    fields = ("body", "shown_author", "post", ("floor", "parent", "shown_answered"), "state", "published_at")
    readonly_fields = ("shown_author", "shown_answered")

    @display(description=_("reply to"))
    def shown_answered(self, comment: Comment) -> str:
        return comment.answered.nickname if comment.answered else "–"

    @display(description=_("text"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(comment.body).chars(60)

    @display(description=_("post"), ordering="post")
    def post_number(self, comment: Comment) -> str:
        return f"#{comment.post_id}"

    @display(description=_("state"), label=PUBLICATION_COLOURS, ordering="state")
    def shown_state(self, comment: Comment) -> tuple[str, str]:
        return comment.state, comment.get_state_display()

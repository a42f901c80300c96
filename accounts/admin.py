from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import Follow, User
from core.admin.base import ReadOnlyAdmin

_DATES = ["verified_at", "banned_until", "last_seen_at", "last_login", "date_joined"]


class VerifiedFilter(admin.SimpleListFilter):
    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() in ("yes", "no"):
            return queryset.filter(verified_at__isnull=self.value() == "no")
        return queryset


class BannedFilter(admin.SimpleListFilter):
    title = _("may not write")
    parameter_name = "banned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        banned = Q(banned_until__gt=timezone.now())
        if self.value() == "yes":
            return queryset.filter(banned)
        if self.value() == "no":
            return queryset.exclude(banned)
        return queryset


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):
    """People as staff sees them: what they show, never their legal identity."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    list_display = ["nickname", "username", "email", "is_verified_shown", "banned_until", "is_staff", "date_joined"]
    list_filter = [VerifiedFilter, BannedFilter, "is_staff", "is_active"]
    search_fields = ["username", "nickname", "email"]
    ordering = ["-date_joined", "-id"]
    show_full_result_count = False
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["username", "password", "email"]}),
        (_("Profile"), {"fields": ["nickname", "bio"]}),
        (
            _("State"),
            {"fields": ["is_active", "credit", *_DATES]},
        ),
        (_("Staff"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "nickname", "email", "usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["credit", *_DATES]

    @display(description=_("verified"), boolean=True, ordering="verified_at")
    def is_verified_shown(self, person: User) -> bool:
        return person.is_verified

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed (not active), not deleted: what others answered to would go with them."""
        return False


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    """Who reads whom: to look into complaints of many who follow one person at once."""

    list_display = ("follower", "followed", "created_at")
    list_select_related = ("follower", "followed")
    search_fields = ("=follower__username", "=followed__username", "=follower__nickname", "=followed__nickname")
    search_help_text = _("Name of one of the two, whole")
    fields = ("follower", "followed", "created_at")

"""Models of libraries: those the team needs get the look of the admin, the others leave it."""

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.models import Group
from unfold.admin import ModelAdmin

for model in (EmailAddress, AccessAttempt, AccessFailureLog, AccessLog, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    """Teams and what they may do; only administrators get here."""


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ModelAdmin):
    """Failed log-ins. Deleting a row lets that person try again at once."""

    list_display = ("attempt_time", "ip_address", "username", "failures_since_start")
    search_fields = ("ip_address", "username")
    show_full_result_count = False

    def has_add_permission(self, request):  # type: ignore[no-untyped-def]
        return False

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return False

"""What notifications keep of a person: to take along, and to forget."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.portability import Share
from accounts.portability.archive import Archive
from notifications import badge
from notifications.models import (
    Delivery,
    InboxState,
    Notification,
    Preferences,
    PushSubscription,
)


def export(user: User, archive: Archive) -> None:
    archive.section(
        "inbox",
        _("My inbox"),
        (
            {
                "when": row.updated_at,
                "what": row.get_kind_display(),
                "post": row.post_id,
                "comment": row.comment_id,
                "reason": row.detail,
                "read": row.read_at,
            }
            for row in Notification.objects.filter(recipient=user).order_by("pk").iterator()
        ),
    )
    archive.section("preferences", _("My notification settings"), [_settings(Preferences.of(user))])
    archive.section(
        "devices_pushed_to",
        _("Browsers that get pushes"),
        ({"since": row.created_at} for row in PushSubscription.objects.filter(user=user).order_by("pk")),
    )
    archive.section(
        "sent",
        _("What was sent to me"),
        (
            {"when": row.sent_at or row.created_at, "by": row.get_channel_display(), "state": row.get_state_display()}
            for row in Delivery.objects.filter(recipient=user).order_by("pk").iterator()
        ),
    )


def _settings(preferences: Preferences) -> dict[str, Any]:
    return {
        field.name: getattr(preferences, field.attname)
        for field in Preferences._meta.concrete_fields
        if not field.primary_key
    }


def erase(user: User, keep_words: bool) -> None:
    """The inbox and all that says where to reach them; in the inboxes of others they are nobody from now on."""
    Delivery.objects.filter(recipient=user).delete()
    Notification.objects.filter(recipient=user).delete()
    InboxState.objects.filter(pk=user.pk).delete()
    Preferences.objects.filter(pk=user.pk).delete()
    PushSubscription.objects.filter(user=user).delete()
    badge.forget_after_commit(user.pk)


SHARE = Share(
    app="notifications",
    export=export,
    erase=erase,
    models=[
        "notifications.Delivery",
        "notifications.InboxState",
        "notifications.Notification",
        "notifications.NotificationActor",
        "notifications.Preferences",
        "notifications.PushSubscription",
    ],
)

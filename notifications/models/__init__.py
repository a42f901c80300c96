from notifications.models.broadcast import ANNOUNCED_LEVELS, Broadcast
from notifications.models.inbox import InboxState
from notifications.models.notification import DECISIONS, Kind, Notification, NotificationActor
from notifications.models.preferences import DigestRhythm, Preferences

__all__ = [
    "ANNOUNCED_LEVELS",
    "DECISIONS",
    "Broadcast",
    "DigestRhythm",
    "InboxState",
    "Kind",
    "Notification",
    "NotificationActor",
    "Preferences",
]

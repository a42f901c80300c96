from notifications.models.broadcast import Broadcast
from notifications.models.inbox import InboxState
from notifications.models.notification import DECISIONS, Kind, Notification, NotificationActor

__all__ = ["DECISIONS", "Broadcast", "InboxState", "Kind", "Notification", "NotificationActor"]

from notifications.models.broadcast import Broadcast
from notifications.models.inbox import InboxState
from notifications.models.notification import Kind, Notification, NotificationActor

__all__ = ["Broadcast", "InboxState", "Kind", "Notification", "NotificationActor"]

from notifications.models.broadcast import ANNOUNCED_LEVELS, Broadcast
from notifications.models.delivery import Channel, Delivery, DeliveryState
from notifications.models.inbox import InboxState
from notifications.models.notification import (
    ABOUT_ONESELF,
    ADDRESSED,
    DECISIONS,
    IMPERSONAL,
    Kind,
    Notification,
    NotificationActor,
)
from notifications.models.preferences import DigestRhythm, Preferences
from notifications.models.subscription import PushSubscription

__all__ = [
    "ABOUT_ONESELF",
    "ADDRESSED",
    "ANNOUNCED_LEVELS",
    "DECISIONS",
    "IMPERSONAL",
    "Broadcast",
    "Channel",
    "Delivery",
    "DeliveryState",
    "DigestRhythm",
    "InboxState",
    "Kind",
    "Notification",
    "NotificationActor",
    "Preferences",
    "PushSubscription",
]

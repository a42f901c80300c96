"""Circles and what is in them, to look at. Moderation adds what may be done (moderation/admin)."""

from circles.admin.content import CategoryAdmin, CircleAdmin, CommentAdmin, MembershipAdmin, PostAdmin
from circles.admin.keeping import CollectionAdmin, ShelfAdmin, TopicAdmin
from circles.admin.kinds import EventAdmin, PollAdmin

__all__ = [
    "CategoryAdmin",
    "CircleAdmin",
    "CollectionAdmin",
    "CommentAdmin",
    "EventAdmin",
    "MembershipAdmin",
    "PollAdmin",
    "PostAdmin",
    "ShelfAdmin",
    "TopicAdmin",
]

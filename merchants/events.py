"""What happens between merchants and fans. The fields are ids."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class FanFollowed(Event):
    merchant_id: int
    user_id: int


@dataclass(frozen=True)
class AnnouncementPublished(Event):
    """The announcement's post is published by circles, which records PostPublished as for any other."""

    announcement_id: int


@dataclass(frozen=True)
class MerchantApproved(Event):
    merchant_id: int

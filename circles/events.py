"""What happens in circles. The fields are ids."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class MemberJoined(Event):
    circle_id: int
    user_id: int


@dataclass(frozen=True)
class MemberLeft(Event):
    """Left, or was banned."""

    circle_id: int
    user_id: int


@dataclass(frozen=True)
class PostPublished(Event):
    post_id: int


@dataclass(frozen=True)
class PostChanged(Event):
    """It was edited or featured; see PostStateChanged for whether it is there at all."""

    post_id: int


@dataclass(frozen=True)
class PostFeatured(Event):
    """It counts among the circle's best now; see PostChanged for all other changes."""

    post_id: int


@dataclass(frozen=True)
class PostLiked(Event):
    post_id: int
    user_id: int


@dataclass(frozen=True)
class PostUnliked(Event):
    post_id: int
    user_id: int


@dataclass(frozen=True)
class CommentPublished(Event):
    comment_id: int


@dataclass(frozen=True)
class CommentLiked(Event):
    comment_id: int
    user_id: int


@dataclass(frozen=True)
class CommentUnliked(Event):
    comment_id: int
    user_id: int


@dataclass(frozen=True)
class PostStateChanged(Event):
    """Hidden, restored or deleted."""

    post_id: int


@dataclass(frozen=True)
class CommentStateChanged(Event):
    """Hidden, restored or deleted."""

    comment_id: int


@dataclass(frozen=True)
class ThingHeld(Event):
    """A post or comment waits for somebody who looks after the circle."""

    held_id: int


@dataclass(frozen=True)
class HeldDecided(Event):
    held_id: int


@dataclass(frozen=True)
class MembersTold(Event):
    """Those who run a circle have all members told of a post."""

    notice_id: int


@dataclass(frozen=True)
class CircleChanged(Event):
    """It was founded, renamed, closed or opened again."""

    circle_id: int


@dataclass(frozen=True)
class PollClosed(Event):
    post_id: int


@dataclass(frozen=True)
class EventNews(Event):
    """An event takes place tomorrow (`reminder`), at another time or place (`changed`), or not (`called_off`)."""

    post_id: int
    what: str


@dataclass(frozen=True)
class PlaceFreed(Event):
    """Somebody in line for an event has a place now."""

    post_id: int
    user_id: int


@dataclass(frozen=True)
class AnswerAccepted(Event):
    post_id: int
    comment_id: int


@dataclass(frozen=True)
class DraftNotPublished(Event):
    """A scheduled post was refused when its time came; why stands on the draft."""

    draft_id: str
    user_id: int


@dataclass(frozen=True)
class FoundingDecided(Event):
    founding_id: int


@dataclass(frozen=True)
class JoinRequested(Event):
    request_id: int


@dataclass(frozen=True)
class JoinDecided(Event):
    request_id: int


@dataclass(frozen=True)
class MemberConcerned(Event):
    """Somebody who looks after a circle did something to a member; the line of the log says what."""

    deed_id: int


@dataclass(frozen=True)
class CollectionRemoved(Event):
    """By somebody else than who made it. It is gone, so what is told of it comes along."""

    collection_id: int
    circle_id: int
    made_by_id: int
    title: str
    reason: str


@dataclass(frozen=True)
class CircleOffered(Event):
    offer_id: int


@dataclass(frozen=True)
class OfferAnswered(Event):
    offer_id: int


@dataclass(frozen=True)
class SuccessionMoved(Event):
    """It began, or came to its next step, or ended. `state` is the one it came to."""

    succession_id: int
    state: str

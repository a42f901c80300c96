"""What a word of a circle holds back, for the one who wrote it."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from circles.models import Held, HeldState, Publication
from circles.models.holding import HeldQuerySet

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

OWN_SHOWN = 60


def own_held(viewer: "Person") -> list[Held]:
    """What of the viewer's own waits or was kept back, each once, the newest first. Queries: 4."""
    held = Q(post__state=Publication.HELD) | Q(comment__state=Publication.HELD)
    same = Q(post=OuterRef("post")) | Q(comment=OuterRef("comment"))
    rows = _of(viewer).filter(held, state__in=(HeldState.WAITING, HeldState.REFUSED))
    return list(rows.exclude(Exists(Held.objects.filter(same, pk__gt=OuterRef("pk")))).order_by("-id")[:OWN_SHOWN])


def last_asked(viewer: "Person", pk: int) -> Held | None:
    """What was last asked about the viewer's own post or comment that `pk` once held; whatever became of it.
    Queries: 5."""
    named = Held.objects.filter(pk=pk).values_list("post_id", "comment_id").first()
    return _of(viewer).filter(post=named[0], comment=named[1]).order_by("-id").first() if named else None


def last_asked_of_post(viewer: "Person", post_id: int) -> Held | None:
    """The same by the post, while it is held. Queries: 1, 4 where it is."""
    return _of(viewer).filter(post=post_id, post__state=Publication.HELD).order_by("-id").first()


def _of(viewer: "Person") -> HeldQuerySet:
    own = Held.objects.visible_to(viewer).filter(Q(post__author=viewer.pk) | Q(comment__author=viewer.pk))
    return own.for_reading()

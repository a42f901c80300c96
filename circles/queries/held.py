"""What a word of a circle holds back, for the one who wrote it."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from circles.models import Held, HeldState, Publication
from circles.models.holding import HeldQuerySet
from core.prepared import Prepared

if TYPE_CHECKING:
    Person = User | Any

OWN_SHOWN = 60


def own_held(viewer: "Person") -> list[Held]:
    """What of the viewer's own waits or was kept back, each once, the newest first. Queries: 4."""
    return list(_own_held(viewer).for_reading()[:OWN_SHOWN])


def has_own_held(viewer: "Person") -> bool:
    """Is there anything of that? Queries: 1, compiled once."""
    return bool(_any_own_held(viewer=viewer.pk))


def _own_held(viewer: "Person") -> HeldQuerySet:
    held = Q(post__state=Publication.HELD) | Q(comment__state=Publication.HELD)
    same = Q(post=OuterRef("post")) | Q(comment=OuterRef("comment"))
    rows = _of(viewer).filter(held, state__in=(HeldState.WAITING, HeldState.REFUSED))
    return rows.exclude(Exists(Held.objects.filter(same, pk__gt=OuterRef("pk")))).order_by("-id")


_any_own_held = Prepared(lambda any_: _own_held(User.somebody(any_.viewer)).values_list("pk")[:1], "viewer")


def last_asked(viewer: "Person", pk: int) -> Held | None:
    """What was last asked about the viewer's own post or comment that `pk` once held; whatever became of it.
    Queries: 5."""
    named = Held.objects.filter(pk=pk).values_list("post_id", "comment_id").first()
    if named is None:
        return None
    return _of(viewer).for_reading().filter(post=named[0], comment=named[1]).order_by("-id").first()


def last_asked_of_post(viewer: "Person", post_id: int) -> Held | None:
    """The same by the post, while it is held. Queries: 1, 4 where it is."""
    rows = _of(viewer).for_reading().filter(post=post_id, post__state=Publication.HELD)
    return rows.order_by("-id").first()


def _of(viewer: "Person") -> HeldQuerySet:
    return Held.objects.visible_to(viewer).filter(Q(post__author=viewer.pk) | Q(comment__author=viewer.pk))

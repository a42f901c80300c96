"""How somebody's inbox stands, at the price of one look: what the bell asks on nearly every page."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import NoticeLevel, User
from core.prepared import Prepared
from notifications.models import ANNOUNCED_LEVELS, Broadcast, InboxState

if TYPE_CHECKING:
    Person = User | Any

_EVER = Value(datetime(1970, 1, 1, tzinfo=UTC))


class Glance(NamedTuple):
    unread: int
    bell: bool
    seen_at: datetime | None
    """`InboxState.broadcasts_seen_at`."""
    is_sent_more: bool
    """Were broadcasts sent since? Whether the person may see them is not asked here."""


def glance(viewer: "Person") -> Glance:
    """Queries: 1, compiled once. Who has no InboxState has nothing unread."""
    rows = _glances(hears_by_default(viewer))(viewer=viewer.pk)
    unread, bell, seen_at, is_sent_more = rows[0] if rows else (None, None, None, False)
    return Glance(unread or 0, bell is not False, seen_at, is_sent_more)


def unseen(viewer: "Person", *, most: int) -> int:
    """How many broadcasts are new to this person, `most` at most. Queries: 1, compiled once."""
    return len(_unseen(viewer.keeps_distance, hears_by_default(viewer), most)(viewer=viewer.pk))


def newest(viewer: "Person") -> datetime | None:
    """When the newest broadcast this person sees was published. Queries: 1, compiled once."""
    rows = _newest(viewer.keeps_distance, hears_by_default(viewer))(viewer=viewer.pk)
    return rows[0][0] if rows else None


def hears_by_default(viewer: "Person") -> bool:
    """Do broadcasts reach this person where they have chosen no level? Querysets of them have a shape for each."""
    return viewer.notice_level in ANNOUNCED_LEVELS


def somebody(pk: int, *, hears_by_default: bool, keeps_distance: bool = True) -> User:
    """A viewer of broadcasts, in querysets that are compiled once."""
    level = NoticeLevel.HIGHLIGHTS if hears_by_default else NoticeLevel.MUTED
    return User.somebody(pk, keeps_distance=keeps_distance, notice_level=level)


@lru_cache
def _glances(hears_by_default: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any, Any]":
        sent = Broadcast.objects.sent_to(somebody(any_.viewer, hears_by_default=hears_by_default))
        seen_at = Coalesce(OuterRef("inbox_state__broadcasts_seen_at"), _EVER)
        return User.objects.filter(pk=any_.viewer).values_list(
            "inbox_state__unread",
            "inbox_state__bell",
            "inbox_state__broadcasts_seen_at",
            Exists(sent.filter(published_at__gt=seen_at)),
        )

    return Prepared(query, "viewer")


@lru_cache
def _unseen(keeps_distance: bool, hears_by_default: bool, most: int) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any, Any]":
        viewer = somebody(any_.viewer, keeps_distance=keeps_distance, hears_by_default=hears_by_default)
        seen_at = InboxState.objects.filter(pk=any_.viewer).values("broadcasts_seen_at")
        seen = Broadcast.objects.visible_to(viewer).filter(published_at__gt=Coalesce(Subquery(seen_at), _EVER))
        return seen.values_list("pk")[:most]

    return Prepared(query, "viewer")


@lru_cache
def _newest(keeps_distance: bool, hears_by_default: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any, Any]":
        viewer = somebody(any_.viewer, keeps_distance=keeps_distance, hears_by_default=hears_by_default)
        return Broadcast.objects.visible_to(viewer).order_by("-published_at").values_list("published_at")[:1]

    return Prepared(query, "viewer")

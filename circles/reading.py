"""How much is unread in somebody's circles. One query, bounded: in each circle it looks at UNREAD_MAX posts at most."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from circles.models import Membership, Post, ReadingPlace
from circles.queries import CircleCard
from core.prepared import Prepared, among

if TYPE_CHECKING:
    Person = User | Any

UNREAD_MAX = 100
"""Counted no further: 100 is shown as "99+"."""


def unread_counts(viewer: "Person", circle_ids: Iterable[int]) -> dict[int, int]:
    """Circle id → posts of others the member sees there that came after what they read. Queries: 1, compiled once."""
    ids = list(circle_ids)
    if not viewer.is_authenticated or not ids:
        return {}
    rows = _unread(viewer.keeps_distance, UNREAD_MAX)(viewer=viewer.pk, ids=ids)
    return {circle_id: unread for circle_id, unread in rows if unread}


@lru_cache
def _unread(keeps_distance: bool, most: int) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance)
        return _counted(viewer, most).filter(circle__in=among(any_.ids))

    return Prepared(query, "viewer", "ids")


def _counted(viewer: User, most: int) -> "QuerySet[Any]":
    """(circle, how many) of each of their circles."""
    place = ReadingPlace.objects.filter(user_id=viewer.pk, circle=OuterRef("circle")).values("read_to")
    newer = (
        Post.objects.visible_to(viewer)
        .heard_by(viewer)
        .filter(circle=OuterRef("circle"), published_at__gt=OuterRef("read_to"))
        .exclude(author_id=viewer.pk)
        .newest_first()
        .values("pk")[:most]
    )
    counted = Func(ArraySubquery(newer), function="CARDINALITY", output_field=IntegerField())
    mine: QuerySet[Any] = Membership.objects.active().filter(user_id=viewer.pk)
    marked = mine.annotate(read_to=Coalesce(Subquery(place), "joined_at")).annotate(unread=counted)
    return marked.values_list("circle_id", "unread")


def with_unread(cards: list[CircleCard], viewer: "Person") -> list[CircleCard]:
    """The same circles, each knowing what is unread there. Queries: 1."""
    unread = unread_counts(viewer, [card.circle.pk for card in cards])
    return [replace(card, unread=unread.get(card.circle.pk, 0)) for card in cards]

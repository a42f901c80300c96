"""How much is unread in somebody's circles. One query, bounded: in each circle it looks at UNREAD_MAX posts at most."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from circles.models import Membership, Post, ReadingPlace
from circles.queries import CircleCard

if TYPE_CHECKING:
    from accounts.models import User

    Person = User | Any

UNREAD_MAX = 100
"""Counted no further: 100 is shown as "99+"."""


def unread_counts(viewer: "Person", circle_ids: Iterable[int]) -> dict[int, int]:
    """Circle id → posts of others the member sees there that came after what they read. Queries: 1."""
    ids = list(circle_ids)
    if not viewer.is_authenticated or not ids:
        return {}
    place = ReadingPlace.objects.filter(user_id=viewer.pk, circle=OuterRef("circle")).values("read_to")
    newer = (
        Post.objects.visible_to(viewer)
        .heard_by(viewer)
        .filter(circle=OuterRef("circle"), published_at__gt=OuterRef("read_to"))
        .exclude(author_id=viewer.pk)
        .newest_first()
        .values("pk")[:UNREAD_MAX]
    )
    counted = Func(ArraySubquery(newer), function="CARDINALITY", output_field=IntegerField())
    rows = (
        Membership.objects.active()
        .filter(user_id=viewer.pk, circle__in=ids)
        .annotate(read_to=Coalesce(Subquery(place), "joined_at"))
        .annotate(unread=counted)
    )
    return {circle_id: unread for circle_id, unread in rows.values_list("circle_id", "unread") if unread}


def with_unread(cards: list[CircleCard], viewer: "Person") -> list[CircleCard]:
    """The same circles, each knowing what is unread there. Queries: 1."""
    unread = unread_counts(viewer, [card.circle.pk for card in cards])
    return [replace(card, unread=unread.get(card.circle.pk, 0)) for card in cards]

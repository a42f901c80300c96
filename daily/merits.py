"""What gives a medal by itself: how often somebody did what its rule counts, within one circle. Reads only.

Circles of pseudonyms count for nothing, and neither does what was written under a pseudonym elsewhere.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from circles.models import CircleState, Event, Membership, Post, PostKind, Publication, SignUp
from circles.models.event import USUAL_LENGTH
from core.prepared import Prepared
from daily.models import Medal, MedalRule

YEAR = timedelta(days=365)
GUESTS_LEAST = 3
"""An event counts for its host when so many were checked in at the door."""


class Source(NamedTuple):
    """Rows that are counted, and how they lead to a person and a circle."""

    rows: "QuerySet[Any]"
    person: str
    circle: str


def due(medal: Medal, *, user_id: int | None = None) -> "QuerySet[Any]":
    """Ids of those who have done what the medal is given for: members of the circle who are verified."""
    rule, least = MedalRule(medal.rule), medal.threshold
    if rule not in _COUNTED:
        found = _of(_kept(rule, least), medal, user_id)
        return found.order_by("user_id").values_list("user_id", flat=True).distinct()
    counted = _in(medal.circle_id, _numbers(rule, user_id)).filter(number__gte=least)
    return counted.values_list("who", flat=True)


def earned(medals: Iterable[Medal], *, rule: MedalRule, user_id: int, circle_id: int) -> list[Medal]:
    """Of the platform's medals and this circle's for a rule, those of which the person is `due`. One query for all
    where the rule counts."""
    found = list(medals)
    if not found or rule not in _COUNTED:
        return [medal for medal in found if user_id in due(medal, user_id=user_id)]
    anywhere = any(medal.circle_id is None for medal in found)
    numbers = _numbers_of_one(rule, None if anywhere else circle_id, user_id)
    return [
        medal
        for medal in found
        if any(number >= medal.threshold for circle, number in numbers.items() if medal.circle_id in (None, circle))
    ]


def _numbers(rule: MedalRule, user_id: int | None) -> "QuerySet[Any]":
    """How often (`number`) who may get a medal (`who`) did in each circle (`there`) what the rule counts."""
    source = _COUNTED[rule]()
    members = _members().filter(user_id=OuterRef(source.person), circle_id=OuterRef(source.circle))
    rows = source.rows.filter(Exists(members))
    if user_id is not None:
        rows = rows.filter(**{source.person: user_id})
    named = rows.order_by().annotate(who=F(source.person), there=F(source.circle)).values("who", "there")
    return named.annotate(number=Count("pk"))


def _numbers_of_one(rule: MedalRule, circle_id: int | None, user_id: int) -> dict[int, int]:
    """Circle → how often; None: all circles."""
    if rule in _TIMELESS:
        return dict(_compiled(rule, circle_id is None)(user=user_id, circle=circle_id))
    return dict(_in(circle_id, _numbers(rule, user_id)).values_list("there", "number"))


@lru_cache
def _compiled(rule: MedalRule, anywhere: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Any]":
        return _in(None if anywhere else any_.circle, _numbers(rule, any_.user)).values_list("there", "number")

    return Prepared(query, "user", "circle")


def _in(circle_id: int | None, numbers: "QuerySet[Any]") -> "QuerySet[Any]":
    return numbers if circle_id is None else numbers.filter(there=circle_id)


def numbers_of(user: User, rules: Iterable[str]) -> dict[str, dict[int, int]]:
    """Rule → circle's id → how far the person is. Queries: one, and one more for each rule that counts rows."""
    now, found = timezone.now(), {rule: {} for rule in rules}
    rows = _members().filter(user=user).values_list("circle_id", "streak", "grade", "joined_at", "circle__created_at")
    for circle, streak, grade, joined, founded in rows:
        said = {
            MedalRule.STREAK: streak,
            MedalRule.GRADE: grade,
            MedalRule.YEARS: (now - joined) // YEAR,
            MedalRule.PIONEER: max((joined - founded).days, 0),
        }
        for rule, number in said.items():
            if rule in found:
                found[rule][circle] = number
    for rule in found:
        if rule in _COUNTED:
            source = _COUNTED[MedalRule(rule)]()
            counted = source.rows.filter(**{source.person: user.pk}).order_by().values(source.circle)
            found[rule] = dict(counted.annotate(number=Count("pk")).values_list(source.circle, "number"))
    return found


def _members() -> "QuerySet[Membership]":
    return Membership.objects.active().filter(
        circle__masks_authors=False,
        circle__state=CircleState.OPEN,
        user__is_active=True,
        user__verified_at__isnull=False,
    )


def _kept(rule: MedalRule, least: int) -> "QuerySet[Membership]":
    if rule == MedalRule.STREAK:
        return _members().filter(streak__gte=least)
    if rule == MedalRule.GRADE:
        return _members().filter(grade__gte=least)
    if rule == MedalRule.YEARS:
        return _members().filter(joined_at__lte=timezone.now() - YEAR * least)
    if rule == MedalRule.PIONEER:
        return _members().filter(joined_at__lt=F("circle__created_at") + timedelta(days=least))
    return _members().none()


def _of(rows: "QuerySet[Membership]", medal: Medal, user_id: int | None) -> "QuerySet[Membership]":
    if medal.circle_id is not None:
        rows = rows.filter(circle=medal.circle_id)
    return rows if user_id is None else rows.filter(user=user_id)


def _posts() -> "QuerySet[Post]":
    return Post.objects.filter(state=Publication.PUBLISHED, author_mask="", circle__masks_authors=False).exclude(
        kind=PostKind.ANNOUNCEMENT
    )


def _accepted() -> "QuerySet[Post]":
    """Somebody else's answers."""
    answered = Post.objects.filter(
        state=Publication.PUBLISHED,
        kind=PostKind.QUESTION,
        accepted__state=Publication.PUBLISHED,
        accepted__author_mask="",
        circle__masks_authors=False,
    )
    return answered.exclude(accepted__author=F("author"))


def _events() -> "QuerySet[Event]":
    """Those that took place, with people at them."""
    now = timezone.now()
    guests = SignUp.objects.filter(event=OuterRef("pk"), checked_in_at__isnull=False).exclude(
        person=OuterRef("post__author")
    )
    third = guests.order_by("pk").values("pk")[GUESTS_LEAST - 1 : GUESTS_LEAST]
    return Event.objects.filter(
        Q(ends_at__lte=now) | Q(ends_at=None, starts_at__lte=now - USUAL_LENGTH),
        Exists(third),
        called_off_at=None,
        post__state=Publication.PUBLISHED,
        post__author_mask="",
    )


_COUNTED = {
    MedalRule.POSTS: lambda: Source(_posts(), "author_id", "circle_id"),
    MedalRule.FEATURED: lambda: Source(_posts().filter(is_featured=True), "author_id", "circle_id"),
    MedalRule.ACCEPTED: lambda: Source(_accepted(), "accepted__author_id", "circle_id"),
    MedalRule.HOST: lambda: Source(_events(), "post__author_id", "post__circle_id"),
}
_TIMELESS = _COUNTED.keys() - {MedalRule.HOST}
"""What these count does not hang on the clock, so it can be compiled once."""

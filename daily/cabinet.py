"""Medals as pages and the API show them. Each with a fixed number of SQL queries."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from circles.byline import Byline
from circles.models import Circle, Membership
from core.prepared import Prepared
from daily import merits
from daily.models import Award, Medal, MedalRule
from daily.rules import MEDALS_MOST

ON_PROFILE, HOLDERS_SHOWN, AWARDS_SHOWN = 8, 60, 200


class Wanted(NamedTuple):
    """A medal somebody does not have yet, and how far they are. `done` is None where nothing is counted."""

    medal: Medal
    how: str
    done: int | None = None
    percent: int = 0


@dataclass(frozen=True)
class MyMedals:
    held: list[Award]
    wanted: list[Wanted]


class Holder(NamedTuple):
    award: Award
    byline: Byline


def how(medal: Medal) -> str:
    """What gives it, in words."""
    count = medal.threshold
    said = {
        MedalRule.STREAK: ngettext("Sign in %(n)s day in a row", "Sign in %(n)s days in a row", count),
        MedalRule.GRADE: _("Reach level %(n)s in a circle"),
        MedalRule.POSTS: ngettext("Write %(n)s post in a circle", "Write %(n)s posts in a circle", count),
        MedalRule.FEATURED: ngettext("Have %(n)s post featured", "Have %(n)s posts featured", count),
        MedalRule.YEARS: ngettext("Be a member for %(n)s year", "Be a member for %(n)s years", count),
        MedalRule.ACCEPTED: ngettext(
            "Have %(n)s answer accepted by who asked", "Have %(n)s answers accepted by who asked", count
        ),
        MedalRule.HOST: ngettext(
            "Hold %(n)s event that at least %(guests)s people checked in to",
            "Hold %(n)s events that at least %(guests)s people checked in to",
            count,
        ),
        MedalRule.PIONEER: ngettext(
            "Join within %(n)s day of the founding", "Join within %(n)s days of the founding", count
        ),
        MedalRule.HAND: _("Given by hand, for something special"),
    }[MedalRule(medal.rule)]
    return said % {"n": count, "guests": merits.GUESTS_LEAST}


def shown_on_profile(viewer: Any, person: User) -> list[Award]:
    """The newest that this person shows to this viewer. Queries: 1."""
    return _on_profile(viewer.pk is None).instances(viewer=viewer.pk, person=person.pk)


@lru_cache
def _on_profile(is_stranger: bool) -> Prepared:
    def query(any_: Any) -> "QuerySet[Award]":
        viewer = AnonymousUser() if is_stranger else User.somebody(any_.viewer)
        return _shown(viewer, any_.person)[:ON_PROFILE]

    return Prepared(query, "viewer", "person")


def shown(viewer: Any, person: User) -> list[Award]:
    """All that this person shows to this viewer. Queries: 1."""
    return list(_shown(viewer, person.pk)[:AWARDS_SHOWN])


def _shown(viewer: Any, person_id: int) -> "QuerySet[Award]":
    rows = Award.objects.visible_to(viewer).filter(user=person_id, is_shown=True).select_related("medal__circle")
    return rows.order_by("-at", "-id")


def mine(user: User) -> MyMedals:
    """What the person holds, and how to get the others of the platform and of their circles. Queries: at most 8."""
    held = list(
        Award.objects.standing().filter(user=user).select_related("medal__circle").order_by("-at", "-id")[:AWARDS_SHOWN]
    )
    circles = Circle.objects.visible_to(user).filter(masks_authors=False)
    joined = Membership.objects.active().filter(user=user, circle__in=circles).values("circle")
    open_ones = Medal.objects.filter(Q(circle=None) | Q(circle__in=joined), is_active=True)
    others = list(
        open_ones.exclude(awards__user=user).select_related("circle").order_by("circle_id", "rule", "threshold")[:100]
    )
    numbers = merits.numbers_of(user, {medal.rule for medal in others if medal.rule != MedalRule.HAND})
    wanted = [_wanted(medal, numbers.get(medal.rule, {})) for medal in others]
    return MyMedals(held, [one for one in wanted if one is not None])


def _wanted(medal: Medal, numbers: dict[int, int]) -> Wanted | None:
    if medal.rule == MedalRule.HAND:
        return Wanted(medal, how(medal))
    if medal.rule == MedalRule.PIONEER:  # one was early, or never will be
        return None
    done = numbers.get(medal.circle_id, 0) if medal.circle_id else max(numbers.values(), default=0)
    done = min(done, medal.threshold)
    return Wanted(medal, how(medal), done, done * 100 // medal.threshold)


def of_circle(circle: Circle) -> list[tuple[Medal, str, int]]:
    """The circle's medals with how they are got and how many hold them, those not given any more last. Queries: 1."""
    counted = Medal.objects.filter(circle=circle).annotate(
        holders=Count("awards", filter=Q(awards__revoked_at=None)),
    )
    rows: Any = counted.order_by("-is_active", "rule", "threshold", "id")[: MEDALS_MOST * 2]
    return [(medal, how(medal), medal.holders) for medal in rows]


def holders(medal: Medal, viewer: Any) -> list[Holder]:
    """Who holds a medal of a circle, as they appear there; whoever runs it sees all of them, others those that show
    it. Members only. Queries: 2."""
    rows = Award.objects.standing().filter(medal=medal)
    members = Membership.objects.active().filter(circle=medal.circle_id, user__in=rows.values("user"))
    names = {row.user_id: row.byline for row in members.select_related("user__avatar", "avatar")[:500]}
    found = rows.filter(user__in=names).order_by("-at", "-id")[:HOLDERS_SHOWN]
    return [Holder(award, names[award.user_id]) for award in found]

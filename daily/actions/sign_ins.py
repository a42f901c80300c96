"""Signing in to a circle, once a day."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.local_time import today_of
from accounts.models import User
from circles.models import Circle, Membership
from core.errors import NotFound
from daily import levels, rules
from daily.actions import medals, points
from daily.models import MedalRule, PointKind, SignIn

STREAK_READ = 4000
"""Days looked back at most when a streak is counted anew: more than ten years."""


class SignedIn(NamedTuple):
    membership: Membership
    gained: int
    """Points; 0 where it had been done before."""


def sign_in(*, user: User, circle: Circle) -> SignedIn:
    """Sign in for the person's own day; doing it again, from however many tabs, changes nothing.

    Locks the membership; writes the sign-in, the streak and the points.
    Raises `NotFound` (a circle one may not see) and `Refused` (codes of `rules.can_sign_in`).
    """
    today = today_of(user)
    with transaction.atomic():
        membership = _member(user, circle)
        others = SignIn.objects.filter(user=user, day=today).exclude(circle=circle).count()
        rules.can_sign_in(user, circle, membership, signed_in=others).require()
        assert membership is not None
        _row, is_new = SignIn.objects.get_or_create(circle=circle, user=user, day=today)
        if not is_new:
            return SignedIn(membership, 0)
        _count_day(membership, today)
        worth = levels.of_sign_in(membership.streak)
        gained = points.settle(
            points.Deed(membership, PointKind.SIGN_IN, key=f"day:{today}", at=timezone.now(), points=worth)
        )
        medals.give_by_rule(membership=membership, rule=MedalRule.STREAK, value=membership.streak)
    return SignedIn(membership, gained)


def make_up(*, user: User, circle: Circle) -> Membership:
    """Make up for having missed yesterday: the streak goes on, and there are no points for it.

    Locks the membership. Raises as `sign_in`, and `Refused` with the codes of `rules.can_make_up`.
    """
    today = today_of(user)
    missed = today - timedelta(days=1)
    with transaction.atomic():
        membership = _member(user, circle)
        rules.can_sign_in(user, circle, membership).require()
        assert membership is not None
        mine = SignIn.objects.filter(circle=circle, user=user)
        days = set(mine.filter(day__gte=missed - timedelta(days=1)).values_list("day", flat=True))
        made_up = mine.filter(is_made_up=True, day__gte=missed.replace(day=1), day__lte=missed).count()
        rules.can_make_up(today, missed=missed, days=days, made_up=made_up).require()
        SignIn.objects.create(circle=circle, user=user, day=missed, is_made_up=True)
        last = today if today in days else missed
        membership.signed_in_on, membership.streak = last, streak_until(membership, last)
        membership.save(update_fields=["signed_in_on", "streak"])
    return membership


def streak_until(membership: Membership, last: date) -> int:
    """Days in a row that end with `last`."""
    rows = SignIn.objects.filter(circle=membership.circle_id, user=membership.user_id, day__lte=last)
    count = 0
    for day in rows.order_by("-day").values_list("day", flat=True)[:STREAK_READ]:
        if day != last - timedelta(days=count):
            break
        count += 1
    return count


def _count_day(membership: Membership, today: date) -> None:
    """Whoever has moved to the west signs in for a day before their last one: the streak stays as it is."""
    last = membership.signed_in_on
    if last is not None and last >= today:
        return
    membership.streak = membership.streak + 1 if last == today - timedelta(days=1) else 1
    membership.signed_in_on = today
    membership.save(update_fields=["signed_in_on", "streak"])


def _member(user: User, circle: Circle) -> Membership | None:
    if not Circle.objects.visible_to(user).filter(pk=circle.pk).exists():
        raise NotFound("circle_not_found", _("There is no such circle."))
    return points.locked(user_id=user.pk, circle_id=circle.pk)

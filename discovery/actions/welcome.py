"""A newcomer's three questions, and what follows from the answers. May be answered again at any time."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import profile
from accounts.models import User
from accounts.rules import can_write
from circles.actions import memberships
from circles.models import Category, Circle
from core.errors import DomainError, Invalid
from core.text.clean import clean_line
from discovery.models import Interests

CATEGORIES_MAX = 12
CIRCLES_MAX = 20
"""Circles joined in one go."""
PLACE_MAX = 30


def choose_categories(*, user: User, slugs: Sequence[str]) -> Interests:
    """What interests them; unknown ones are passed over. Raises `Invalid` (too_many_categories)."""
    ids = list(Category.objects.filter(slug__in=list(slugs)[:100]).values_list("pk", flat=True))
    if len(ids) > CATEGORIES_MAX:
        raise Invalid("too_many_categories", _("Please choose fewer."), field="categories")
    return _write(user, categories=ids)


def say_place(*, user: User, place: str) -> Interests:
    """Their school or city, in their words; empty forgets it. Raises `Invalid` (place_too_long)."""
    place = clean_line(place)
    if len(place) > PLACE_MAX:
        raise Invalid("place_too_long", _("That is too long."), field="place")
    return _write(user, place=place)


def choose_level(*, user: User, level: str) -> None:
    """How much reaches them by default. Raises `Invalid` (bad_level)."""
    profile.choose_notice_level(user=user, level=level)


def finish(*, user: User, circles: Sequence[Circle] = ()) -> list[tuple[Circle, DomainError]]:
    """Join the circles chosen, each on its own, and be done; returns those that did not work, with the reason.

    Who is not verified yet cannot join: their choice is kept and joined when they are (`join_wished`).
    """
    chosen = list(circles)[:CIRCLES_MAX]
    if not can_write(user):
        _write(user, wished=[circle.pk for circle in chosen], answered_at=timezone.now())
        return []
    refused = _join_all(user, chosen)
    _write(user, wished=[], answered_at=timezone.now())
    return refused


def join_wished(*, user_id: int) -> None:
    """Somebody was verified: join what they had chosen, as far as they still may; then forget the wishes."""
    row = Interests.objects.select_for_update().select_related("user").filter(pk=user_id).first()
    if row is None or not row.wished or not can_write(row.user):
        return
    _join_all(row.user, Circle.objects.known_to(row.user).filter(pk__in=row.wished))
    row.wished = []
    row.save(update_fields=["wished"])


def _join_all(user: User, circles: Iterable[Circle]) -> list[tuple[Circle, DomainError]]:
    refused = []
    for circle in circles:
        try:
            memberships.join(user=user, circle=circle)
        except DomainError as error:
            refused.append((circle, error))
    return refused


def _write(user: User, **values: object) -> Interests:
    with transaction.atomic():
        row, _made = Interests.objects.update_or_create(user=user, defaults=values)
    found: Interests = row
    return found

"""Circles and people in grids and lists, drawn once for all who look at them (see core/parts.py)."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from circles.models import Circle, Membership
from circles.shown import PersonShown, circle_card_shown, join_shown
from core.parts import Part

register = template.Library()

_card = Part("components/_circle_card.html", kept=("circle", "membership"), most=2048)
_row = Part("components/_circle_row.html", kept=("circle", "membership", "intro", "join"), most=2048)
_person = Part("components/_person_row.html", kept=("person", "help", "label", "title", "tag"), most=2048)


@register.simple_tag
def circle_card(circle: Circle, membership: Membership | None = None) -> SafeString:
    """`components/_circle_card.html` of a circle loaded with its pictures."""
    return _card(circle=circle_card_shown(circle), membership=join_shown(membership))


@register.simple_tag
def circle_row(
    circle: Circle, membership: Membership | None = None, *, intro: bool = False, join: bool = True
) -> SafeString:
    """`components/_circle_row.html` of a circle loaded with its avatar, without `intro` with its category."""
    values: dict[str, Any] = {"intro": intro, "join": join}
    shown = circle_card_shown(circle, with_cover=False, with_category=not intro)
    return _row(circle=shown, membership=join_shown(membership), **values)


@register.simple_tag
def person_row(person: Any, *, help: str = "", label: str = "", title: str = "", tag: str = "") -> SafeString:
    """`components/_person_row.html` of somebody as they are named there."""
    shown = PersonShown(person.nickname, person.avatar_url, person.is_verified, person.get_absolute_url())
    return _person(person=shown, help=str(help), label=str(label), title=title, tag=tag)

"""Parts of base.html that are the same for many, on whatever page."""

from functools import cache

from django import template
from django.utils.safestring import SafeString

from core.frames import FRAME_HOLES, FRAME_KEPT, called
from core.parts import Part

register = template.Library()


@register.simple_tag(takes_context=True)
def part(context: template.Context, name: str) -> SafeString:
    """Include the template `name`, drawn once (see core/parts.py). It may use FRAME_KEPT and FRAME_HOLES."""
    drawn = _part(name)
    cut = drawn.cut({name: _value(context, name) for name in drawn.kept})
    return cut.fill({name: _value(context, name) for name in cut.names})


@cache
def _part(name: str) -> Part:
    return Part(name, kept=FRAME_KEPT, holes=FRAME_HOLES, most=256)


def _value(context: template.Context, name: str) -> object:
    return called(context.get(name, ""))

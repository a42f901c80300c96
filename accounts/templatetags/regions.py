"""{{ post.region|region }}: a region's name in the reader's language."""

from django import template

from accounts.region import label

register = template.Library()


@register.filter
def region(code: str) -> str:
    return label(code)

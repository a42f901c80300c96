"""What an address asks for: read leniently, since anybody may have typed it, and written again for links."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from circles.models import Circle, PostKind
from search.engine import Order
from search.queries import SINCE, Filters
from search.words import QUERY_MAX, Words, parse

TYPES = ("all", "posts", "comments", "circles", "people", "merchants", "topics")
FLAGS = {"photos": "with_photos", "featured": "featured", "mine": "mine"}


@dataclass(frozen=True)
class Asked:
    typed: str
    type: str
    words: Words
    filters: Filters
    """Of posts and comments."""
    shown: dict[str, str]
    """The parameters that were understood, as they stand in addresses."""

    @property
    def is_narrowed(self) -> bool:
        """Is there a filter that can be taken off?"""
        return any(name not in ("q", "type", "sort") for name in self.shown)

    def url(self, **changes: str) -> str:
        """The same with these parameters changed; empty ones are left out."""
        wanted = {name: value for name, value in {**self.shown, **changes}.items() if value}
        return reverse("search:search") + (f"?{urlencode(wanted)}" if wanted else "")


def read(query: QueryDict, viewer: Any, *, types: tuple[str, ...] = TYPES) -> Asked:
    """Whatever makes no sense is as if it were not there. A circle that the viewer may not see is like one that does
    not exist: then nothing is found."""
    typed = " ".join(query.get("q", "").replace("\x00", "").split())[:QUERY_MAX]
    chosen = query.get("type", "")
    shown = {"q": typed, "type": chosen if chosen in types[1:] else ""}
    filters = Filters(order=Order.NEWEST if query.get("sort") == Order.NEWEST else Order.BEST)
    if filters.order == Order.NEWEST:
        shown["sort"] = Order.NEWEST.value
    if kind := query.get("kind", ""):
        known = kind in PostKind.values
        filters, shown = (replace(filters, kind=kind), {**shown, "kind": kind}) if known else (filters, shown)
    if (since := query.get("since", "")) in SINCE:
        filters, shown["since"] = replace(filters, since=since), since
    for name, attribute in FLAGS.items():
        if query.get(name) == "1":
            filters, shown[name] = replace(filters, **{attribute: True}), "1"
    if slug := query.get("circle", "")[:60].replace("\x00", ""):
        circle = Circle.objects.visible_to(viewer).filter(slug=slug).first() or Circle(pk=0, slug=slug)
        filters, shown["circle"] = replace(filters, circle=circle), slug
    if name := query.get("author", "")[:150].replace("\x00", ""):
        author = User.objects.active().filter(username=name).first() or User(pk=0, username=name)
        filters, shown["author"] = replace(filters, author=author), name
    return Asked(typed, shown["type"] or types[0], parse(typed), filters, {k: v for k, v in shown.items() if v})

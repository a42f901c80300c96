"""What the pages of circles and posts begin with, read in the round trip of whoever looks: most stand open to all."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.viewer import KEEPS_DISTANCE, WithViewer
from circles import cards, heads
from circles.models import Circle
from circles.models.circle import is_in_the_open
from circles.queries import CircleCard
from core.numbers import ID_MAX
from core.prepared import Fragment
from core.together import Question

if TYPE_CHECKING:
    from django.db.models import QuerySet


class CircleAhead(NamedTuple):
    head: CircleCard | None = None
    """See `heads.circle_head`."""
    rows: list[cards.Row] | None = None
    """For `cards.front_page` of the latest posts; None where they are to be asked alone."""
    maybe_open: bool = True
    """False where the circle was looked for in the open, and not found."""


class PostAhead(NamedTuple):
    head: heads.PostHead | None = None
    """See `heads.post_head`."""
    maybe_open: bool = True


def circle_ahead(request: HttpRequest, slug: str) -> CircleAhead:
    """Of a circle's front page. SQL queries: one, compiled once; none for visitors."""
    if request.GET:
        return CircleAhead()
    found, rows = _circle(settings.FEED_PAGE_SIZE).read(request, slug=slug)
    return CircleAhead(heads.as_card(found[0]), rows) if found else CircleAhead(maybe_open=found is None)


def post_ahead(request: HttpRequest, pk: int) -> PostAhead:
    """SQL queries: as above."""
    [found] = _post().read(request, pk=pk) if pk <= ID_MAX else [None]
    return PostAhead(heads.as_head(found[0], request.user)) if found else PostAhead(maybe_open=found is None)


@lru_cache
def _circle(size: int) -> WithViewer:
    def head(any_: Any) -> "QuerySet[Circle]":
        return heads.circles(_somebody(any_), in_the_open=True).filter(slug=any_.slug)

    def rows(any_: Any) -> "QuerySet[Any]":
        circle = Circle.objects.filter(is_in_the_open(), slug=any_.slug).values("pk")[:1]
        return cards.front_rows(circle, _somebody(any_), "latest", size)

    of_head, of_rows = Fragment(head, "viewer", "slug"), Fragment(rows, "viewer", "slug")
    questions = [
        Question(of_head.named(), made=of_head.instance),
        Question(of_rows.named(), kept=cards.Row._make, unless=KEEPS_DISTANCE),
    ]
    return WithViewer(questions, {}, slug="text")


@lru_cache
def _post() -> WithViewer:
    fragment = Fragment(lambda any_: heads.posts(_somebody(any_), in_the_open=True).filter(pk=any_.pk), "viewer", "pk")
    question = Question(fragment.named(), made=fragment.instance, unless=KEEPS_DISTANCE)
    return WithViewer([question], {}, pk="bigint")


def _somebody(any_: Any) -> User:
    return User.somebody(any_.viewer, keeps_distance=False)

"""Whoever looks at a page, read alone or in one round trip with what they look at."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject

from accounts.backends import VIEWER, loading_by
from core.together import Question, Together

if TYPE_CHECKING:
    from accounts.models import User

View = Callable[..., HttpResponse]

KEEPS_DISTANCE = "keeps_distance"
"""For questions whose answer differs for viewers from whom something is kept: `Question.unless`."""


def viewer_of(request: HttpRequest) -> "User | Any":
    """`request.user` as the row itself. Django wraps it, so that pages which ask nobody load nobody; but then each look
    at an attribute goes through the wrapper, and a page takes hundreds."""
    user: Any = request.user
    if isinstance(user, LazyObject):
        _ = user.pk  # loads it
        request.user = user = user.__dict__["_wrapped"]
    return user


def reads_ahead(read: Callable[..., Any]) -> Callable[[View], View]:
    """The view gets as `ahead` what `read` finds for its address before anybody has asked who looks: what is read by
    `WithViewer`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def reading_ahead(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            look_ahead(reading_ahead, request, *args, **named)
            return view(request, *args, ahead=request.__dict__.pop("_ahead"), **named)

        reading_ahead.__dict__["reads_ahead"] = read
        return reading_ahead

    return decorate


def look_ahead(view: View, request: HttpRequest, *args: Any, **named: Any) -> None:
    """For who asks who looks before the view does: whoever looks is then read as the view would have it."""
    read = view.__dict__.get("reads_ahead")
    if read is not None and "_ahead" not in request.__dict__:
        request.__dict__["_ahead"] = read(request, *args, **named)


class WithViewer:
    """What a page asks, read in the round trip of whoever looks at it: each question names them as %(viewer)s."""

    def __init__(self, questions: Sequence[Question], fixed: Mapping[str, Any], **types: str) -> None:
        viewer = Question(VIEWER.named(), made=VIEWER.instance)
        self._unless = [one.unless for one in questions]
        self._together = Together([viewer, *questions], fixed, **{"viewer": "bigint", **types})

    def read(self, request: HttpRequest, **values: Any) -> list[list[Any] | None]:
        """The rows of each question, None for one that was not asked: where nobody is logged in, where they were read
        before, and where its `unless` is true of them."""
        found: list[list[Any]] = []

        def load(user_id: int) -> "User | None":
            viewers, *rest = self._together(viewer=user_id, **values)
            found[:] = rest
            return viewers[0] if viewers else None

        if not hasattr(request, "_cached_user"):  # set when request.user was looked at
            with loading_by(load):
                viewer = viewer_of(request)
            if found and viewer.is_authenticated:
                return [
                    None if unless and getattr(viewer, unless) else rows
                    for unless, rows in zip(self._unless, found, strict=True)
                ]
        return [None] * len(self._unless)

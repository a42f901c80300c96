"""Whole pages drawn once and filled for each viewer: the few that are asked for all day.

    HOME = Frame("feeds/home.html", kept=("is_verified",), holes=("feed",))

    return HOME.answer(request, is_verified=request.user.is_verified, feed=html)

The page extends base.html as every page does, and looks the same drawn by `render`; only its own names must be kept
values or holes (see core/parts.py). What base.html itself asks for comes from the context processors: FRAME_KEPT and
FRAME_HOLES.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines

from core.csrf import token
from core.parts import Part

FRAME_KEPT = ("site_name", "chosen_theme", "current_page", "is_logged_in")
"""Names base.html and its components may ask about, the same for many viewers."""
FRAME_HOLES = ("csrf_token", "this_address", "unread_badge", "my_card", "my_picture", "toasts")
"""What base.html prints for one viewer alone."""


class Frame(Part):
    """A page template with the names that are its own; those of base.html are added."""

    def __init__(self, template: str, *, kept: Iterable[str] = (), holes: Iterable[str] = (), most: int = 128) -> None:
        super().__init__(template, kept=(*FRAME_KEPT, *kept), holes=(*FRAME_HOLES, *holes), most=most)

    def answer(self, request: HttpRequest, *, status: int = 200, **values: Any) -> HttpResponse:
        """The page for this viewer."""
        offered = {**shared_context(request), "csrf_token": token(request), **values}
        cut = self.cut({name: called(offered[name]) for name in self.kept})
        pieces = cut.pieces({name: called(offered[name]) for name in cut.names})
        return HttpResponse(b"".join(pieces), status=status)


def called(value: Any) -> Any:
    """As templates do it: a function stands for what it returns."""
    return value() if callable(value) else value


def shared_context(request: HttpRequest) -> dict[str, Any]:
    """What our context processors give every page. Those of Django give what a part must not touch."""
    found: dict[str, Any] = {}
    for processor in _our_processors():
        found.update(processor(request))
    return found


@cache
def _our_processors() -> list[Callable[[HttpRequest], dict[str, Any]]]:
    backend: Any = engines["django"]
    return [one for one in backend.engine.template_context_processors if not one.__module__.startswith("django.")]

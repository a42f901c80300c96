"""Parts of pages, drawn once and filled for each viewer.

Drawing a template takes far longer than joining strings. So what is the same for many is drawn once, with holes where
it differs, and the holes are filled for each viewer:

    _like = Part("components/_like_button.html", kept=("liked", "like_count"), holes=("post_id", "like_url"))
    html = _like(liked=True, like_count=3, post_id=12, like_url="/posts/12/like/")

The template gets nothing but these names: what it shows stands either in the key (`kept`) or in a hole. So a part
cannot carry one viewer's data to another, and nothing has to be invalidated: what changes is found under another key.
A template prints a hole; it cannot ask about it: `{% if %}` and filters need a kept value.

Whole pages are parts too: core/frames.py.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date, time
from functools import lru_cache
from threading import Lock
from typing import Any, NoReturn, TypeVar
from weakref import WeakSet

from django.core.cache import cache
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Wanted = TypeVar("Wanted", bound=Hashable)

_HOLE = re.compile(r"<!--hole (\w+)-->")
_OF_ONE_VIEWER = ("request", "user", "perms", "messages")
"""What pages get from context processors and a part must not touch."""


def hole(name: str) -> SafeString:
    """Where `name` is filled in. It cannot come from what people write: their text is escaped."""
    return mark_safe(f"<!--hole {name}-->")  # noqa: S308


class Cut:
    """HTML drawn by our templates, cut at its holes."""

    __slots__ = ("_order", "_pieces", "names")

    def __init__(self, html: str) -> None:
        self._pieces = _HOLE.split(html)
        self._order = tuple(self._pieces[1::2])
        self.names = frozenset(self._order)

    def fill(self, values: Mapping[str, Any]) -> SafeString:
        """Whole HTML. Values are escaped unless they are safe, as in a template; KeyError where one is missing."""
        pieces = self._pieces.copy()
        pieces[1::2] = [conditional_escape(values[name]) for name in self._order]
        return mark_safe("".join(pieces))  # noqa: S308 - drawn by our templates, filled with escaped values


class Part:
    """A template drawn once per process, language and values of `kept`; called, it is filled.

    Kept values are plain: text, numbers, truth, moments, tuples of them. At most `most` drawings are kept.
    """

    def __init__(self, template: str, *, kept: Iterable[str] = (), holes: Iterable[str] = (), most: int = 512) -> None:
        self.template, self.kept, self.holes = template, tuple(kept), tuple(holes)
        # Typed, so that 1 is not taken for True, nor text for HTML.
        self._cut = lru_cache(most, typed=True)(self._draw)
        _everything.add(self)

    def __call__(self, **values: Any) -> SafeString:
        return self.cut(values).fill(values)

    def cut(self, values: Mapping[str, Any]) -> Cut:
        """The drawing for these kept values; `values` may hold more."""
        return self._cut(get_language(), *[values[name] for name in self.kept])

    def forget(self) -> None:
        self._cut.cache_clear()

    def _draw(self, language: str | None, *kept: Any) -> Cut:
        for value in kept:
            _require_plain(value)
        values = {**dict(zip(self.kept, kept, strict=True)), **{name: hole(name) for name in self.holes}}
        return Cut(draw(self.template, values))


class Drawings:
    """HTML with holes, by keys that hold everything it shows: kept in this process, else in the cache, else drawn.

    For what is too much to be drawn by every process, such as cards of posts. At most `most` stay in this process;
    the cache keeps them `seconds` and may be flushed at any time.
    """

    def __init__(self, *, most: int, seconds: int) -> None:
        self._most, self._seconds = most, seconds
        self._cuts: OrderedDict[str, Cut] = OrderedDict()
        self._lock = Lock()
        _everything.add(self)

    def get(
        self, keys: Mapping[Wanted, str], draw_missing: Callable[[list[Wanted]], Mapping[Wanted, str]]
    ) -> dict[Wanted, Cut]:
        """The drawing of each of `keys` (what is wanted → its key), without those that `draw_missing` leaves out.

        No Redis round trip where this process has all of them, one where the cache has the rest, else two.
        """
        found: dict[Wanted, Cut] = {}
        with self._lock:
            for wanted, key in keys.items():
                if (cut := self._cuts.get(key)) is not None:
                    self._cuts.move_to_end(key)
                    found[wanted] = cut
        if len(found) == len(keys):
            return found
        rest = {wanted: key for wanted, key in keys.items() if wanted not in found}
        cached = cache.get_many(rest.values())
        html = {wanted: cached[key] for wanted, key in rest.items() if key in cached}
        if missing := [wanted for wanted in rest if wanted not in html]:
            fresh = draw_missing(missing)
            cache.set_many({rest[wanted]: drawn for wanted, drawn in fresh.items()}, self._seconds)
            html.update(fresh)
        cuts = {wanted: Cut(drawn) for wanted, drawn in html.items()}
        with self._lock:
            self._cuts.update((rest[wanted], cut) for wanted, cut in cuts.items())
            while len(self._cuts) > self._most:
                self._cuts.popitem(last=False)
        return found | cuts

    def forget(self) -> None:
        with self._lock:
            self._cuts.clear()


def join(html: Iterable[SafeString]) -> SafeString:
    """One after the other."""
    return mark_safe("".join([conditional_escape(item) for item in html]))  # noqa: S308


def draw(template: str, values: Mapping[str, Any]) -> str:
    """The template's HTML with these values and nothing else. RuntimeError if it asks who looks at it."""
    touched: list[str] = []
    out_of_reach = {name: _OutOfReach(name, touched) for name in _OF_ONE_VIEWER}
    backend: Any = get_template(template)
    html: str = backend.template.render(Context({**out_of_reach, **values}))
    if touched:  # `{% if a and b %}` swallows what is raised within
        raise RuntimeError(f"{template} is drawn once for all and asks for {', '.join(touched)}.")
    return html


def forget_everything() -> None:
    """As in a process that has just started."""
    for keeper in list(_everything):
        keeper.forget()


class _OutOfReach:
    """Stands in a part for what belongs to one viewer."""

    def __init__(self, name: str, touched: list[str]) -> None:
        self.__dict__.update(_name=name, _touched=touched)

    def __getattr__(self, name: str) -> NoReturn:
        self._refuse(f".{name}")

    def __bool__(self) -> NoReturn:
        self._refuse()

    def __str__(self) -> NoReturn:
        self._refuse()

    def __iter__(self) -> Iterator[Any]:
        self._refuse()

    def _refuse(self, what: str = "") -> NoReturn:
        self._touched.append(f"{self._name}{what}")
        raise RuntimeError(f"A part is drawn once for all: it cannot ask for {self._name}{what}.")


def _require_plain(value: Any) -> None:
    """Rows compare by their id alone: one that changed would be taken for the one that was drawn."""
    if isinstance(value, tuple):
        for item in value:
            _require_plain(item)
    elif value is not None and not isinstance(value, str | int | float | date | time):
        raise TypeError(f"Keep what is shown of {value!r}: text, numbers, moments.")


_everything: WeakSet[Any] = WeakSet()

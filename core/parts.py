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
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date, time
from functools import lru_cache
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar
from weakref import WeakSet

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

Wanted = TypeVar("Wanted", bound=Hashable)
Kept = TypeVar("Kept")

_HOLE = re.compile(r"<!--hole (\w+)-->")
_GAP = re.compile(r">\s*\n\s*<")
_OF_ONE_VIEWER = ("request", "user", "perms", "messages")
"""What pages get from context processors and a part must not touch."""


def hole(name: str) -> SafeString:
    """Where `name` is filled in. It cannot come from what people write: their text is escaped."""
    return SafeString(f"<!--hole {name}-->")


Pieces = list[bytes]
"""HTML in UTF-8, not yet joined: pages are long, and joining them at every level costs more than all else."""


class Cut:
    """HTML drawn by our templates, cut at its holes."""

    __slots__ = ("_first", "_rest", "_whole", "names")

    def __init__(self, html: str) -> None:
        cut = _HOLE.split(html)
        self._first = cut[0].encode()
        self._rest = [(name, after.encode()) for name, after in zip(cut[1::2], cut[2::2], strict=True)]
        self._whole = None if self._rest else SafeString(html)
        self.names = frozenset(cut[1::2])

    def filled(self, values: Mapping[str, Any]) -> "Cut":
        """With these holes filled for good, and the others left."""
        left = {name: hole(name) for name in self.names if name not in values}
        return Cut(whole(self.pieces({**values, **left})))

    def fill(self, values: Mapping[str, Any]) -> SafeString:
        """Whole HTML. Values are escaped unless they are safe, as in a template; KeyError where one is missing."""
        return whole(self.pieces(values)) if self._whole is None else self._whole

    def pieces(self, values: Mapping[str, Any]) -> Pieces:
        """The same for something larger: what fills a hole there may be pieces."""
        pieces = [self._first]
        for name, after in self._rest:
            value = values[name]
            if type(value) is list:
                pieces += value
            else:
                pieces.append(_escaped(value).encode())
            pieces.append(after)
        return pieces


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

    def pieces(self, **values: Any) -> Pieces:
        """To fill a hole of something larger."""
        return self.cut(values).pieces(values)

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


class Recent(Generic[Kept]):
    """What was asked for of late, at most `most`, in two generations: what is not asked for while half of `most` are
    new is let go."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._young: dict[Hashable, Kept] = {}
        self._old: dict[Hashable, Kept] = {}
        _everything.add(self)

    def get(self, key: Hashable) -> Kept | None:
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: Hashable, what: Kept) -> None:
        if len(self._young) * 2 >= self._most:
            self._young, self._old = {}, self._young
        self._young[key] = what

    def forget(self) -> None:
        self._young, self._old = {}, {}


class Drawings:
    """HTML with holes, by keys that hold everything it shows: kept in this process, else in the cache, else drawn.

    For what is too much to be drawn by every process, such as cards of posts. At most `most` stay in this process;
    the cache keeps them `seconds` and may be flushed at any time.
    """

    def __init__(self, *, most: int, seconds: int) -> None:
        self._recent: Recent[Cut] = Recent(most=most)
        self._seconds = seconds

    def get(
        self, keys: Mapping[Wanted, str], draw_missing: Callable[[list[Wanted]], Mapping[Wanted, str]]
    ) -> dict[Wanted, Cut]:
        """The drawing of each of `keys` (what is wanted → its key), without those that `draw_missing` leaves out.

        No Redis round trip where this process has all of them, one where the cache has the rest, else two.
        """
        found = {wanted: self._recent.get(key) for wanted, key in keys.items()}
        rest = {wanted: keys[wanted] for wanted, cut in found.items() if cut is None}
        if rest:
            found.update(self._fetch(rest, draw_missing))
        return {wanted: cut for wanted, cut in found.items() if cut is not None}

    def _fetch(
        self, keys: Mapping[Wanted, str], draw_missing: Callable[[list[Wanted]], Mapping[Wanted, str]]
    ) -> dict[Wanted, Cut]:
        places = {wanted: f"{release()}:{key}" for wanted, key in keys.items()}
        cached = cache.get_many(places.values())
        html = {wanted: cached[place] for wanted, place in places.items() if place in cached}
        if missing := [wanted for wanted in keys if wanted not in html]:
            fresh = draw_missing(missing)
            cache.set_many({places[wanted]: drawn for wanted, drawn in fresh.items()}, self._seconds)
            html.update(fresh)
        cuts = {wanted: Cut(drawn) for wanted, drawn in html.items()}
        for wanted, cut in cuts.items():
            self._recent.keep(keys[wanted], cut)
        return cuts


def whole(pieces: Pieces) -> SafeString:
    """The pieces as one text."""
    return SafeString(b"".join(pieces).decode())


def join(html: Iterable[SafeString]) -> SafeString:
    """One after the other."""
    return SafeString("".join([_escaped(item) for item in html]))


def draw(template: str, values: Mapping[str, Any]) -> str:
    """The template's HTML with these values and nothing else, its gaps a line break each. RuntimeError if it asks who
    looks at it."""
    touched: list[str] = []
    out_of_reach = {name: _OutOfReach(name, touched) for name in _OF_ONE_VIEWER}
    backend: Any = get_template(template)
    html = without_gaps(backend.template.render(Context({**out_of_reach, **values})))
    if touched:  # `{% if a and b %}` swallows what is raised within
        raise RuntimeError(f"{template} is drawn once for all and asks for {', '.join(touched)}.")
    return html


def without_gaps(html: str) -> str:
    """A line break between tags, where templates are indented. What people write is escaped, so it holds no tags."""
    return _GAP.sub(">\n<", html)


def forget_everything() -> None:
    """As in a process that has just started."""
    for keeper in list(_everything):
        keeper.forget()


@lru_cache(maxsize=1)
def release() -> str:
    """What draws them, as a short text: after an update nothing is shown that older templates or words drew."""
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    files = [file for app in ours for file in app.rglob("*.py")]
    files += [*(settings.BASE_DIR / "templates").rglob("*.html"), *(settings.BASE_DIR / "locale").rglob("*.po")]
    digest = blake2b(digest_size=6)
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _escaped(value: Any) -> str:
    """`conditional_escape`, with what it mostly gets first: it is asked a hundred times a page."""
    if type(value) is SafeString:
        return value
    return escape(value) if type(value) is str else conditional_escape(value)


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

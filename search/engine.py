"""What finds. One engine is there, Postgres (search/postgres/); another, OpenSearch say, is a class with these four
methods, named in SEARCH_ENGINE. Everything else here does not know which it is.

An engine is never trusted with who may see what: each `find` gets the rows the viewer may see (`visible_to`) as of now
and returns none besides, however late its index is.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from search.words import Words


class Index(StrEnum):
    POSTS = "posts"
    COMMENTS = "comments"
    CIRCLES = "circles"
    PEOPLE = "people"
    MERCHANTS = "merchants"
    TOPICS = "topics"


TEXTS = (Index.POSTS, Index.COMMENTS)


class Order(StrEnum):
    BEST = "best"
    """By how well it fits, how it was received and how new it is: see docs/search.md. Among the newest that fit."""
    NEWEST = "newest"


@dataclass(frozen=True)
class Text:
    """What is kept of a post or a comment."""

    id: int
    published_at: datetime
    body: str
    title: str = ""
    """Counts for more than the body."""
    tags: tuple[str, ...] = ()
    """What it can be filtered by; see `tag`."""


@dataclass(frozen=True)
class Name:
    """What is kept of somebody or something with a name."""

    id: int
    name: str
    numbers: tuple[int, ...] = ()
    """By which it is known, too."""


def tag(what: str, value: object = "") -> str:
    """Something to filter by, the same in documents and in what is asked: ("circle", 12)."""
    return f"{what}{value}"


@dataclass(frozen=True)
class Ask:
    """What is asked for in texts: all of the words, or any of them, and all of the tags."""

    words: Words
    any_word: bool = False
    tags: tuple[tuple[str, ...], ...] = ()
    """One of each group has to be there."""
    since: datetime | None = None
    order: Order = Order.BEST
    cursor: str | None = None
    size: int = 20


@dataclass(frozen=True)
class Found:
    """Ids in their order, and the cursor that continues behind them (None: there is nothing behind)."""

    ids: list[int] = field(default_factory=list)
    next_cursor: str | None = None


@dataclass(frozen=True)
class Seen:
    """The rows somebody may see, in the order in which those alike are shown.

    `build(any_)` makes the queryset, from the values as attributes of `any_`. Where `shape` is the same, it differs by
    them alone: so an engine may build and compile it once for everybody (core.prepared).
    """

    shape: tuple[Hashable, ...]
    build: Callable[[Any], "QuerySet[Any]"] = field(compare=False)
    values: dict[str, int] = field(default_factory=dict, compare=False)

    def rows(self) -> "QuerySet[Any]":
        return self.build(SimpleNamespace(**self.values))


class Engine(Protocol):
    def put(self, index: Index, documents: Sequence[Text] | Sequence[Name]) -> None:
        """Keep these as they are now; doing it twice changes nothing."""

    def remove(self, index: Index, ids: Iterable[int]) -> None:
        """Forget these, whether they are known or not."""

    def find(self, index: Index, ask: Ask, seen: Seen) -> Found:
        """Texts among those `seen` that fit."""

    def find_names(self, index: Index, words: Words, seen: Seen, *, most: int) -> list[int]:
        """Among those `seen` the ones whose name or spelling holds all the words: those called just so first, then
        those that begin so; within that in their order."""


@cache
def _engine(path: str) -> Engine:
    found: Engine = import_string(path)()
    return found


def engine() -> Engine:
    return _engine(settings.SEARCH_ENGINE)

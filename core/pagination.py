"""Keyset pages: the next page starts where the last one ended, however much arrived meanwhile. No OFFSET, no COUNT.

page = keyset_page(posts, keys=("-published_at", "-id"), cursor=request.GET.get("before"), size=20)
page.items, page.next_cursor
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

T = TypeVar("T")
S = TypeVar("S")

PAGE_SIZE = 20
CURSOR_MAX_LENGTH = 200
_INTEGER_MAX = 2**63 - 1
_MICROSECONDS_MAX = 2**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor that continues behind them (None: there is nothing behind)."""

    items: list[T]
    next_cursor: str | None = None

    def map(self, change: Callable[[list[T]], Iterable[S]]) -> "Page[S]":
        """The same page with its items turned into something else, all at once."""
        return Page(list(change(self.items)), self.next_cursor)


def encode_cursor(*values: datetime | int) -> str:
    """An opaque text, safe in an address, that stands for a place in an order."""
    packed = [
        f"t{(value - _EPOCH) // _MICROSECOND}" if isinstance(value, datetime) else f"n{value}" for value in values
    ]
    written = '","'.join(packed)  # a list in JSON, which takes its library longer than all the rest
    return base64.urlsafe_b64encode(f'["{written}"]'.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The values of `cursor`, if they are as many and of the `kinds` (datetime, int) expected; else None.

    A cursor comes from an address that anybody may have typed: whatever is wrong with it, the answer is
    None (the first page) and never an error.
    """
    if not cursor or len(cursor) > CURSOR_MAX_LENGTH:
        return None
    try:
        packed = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(packed, list) or len(packed) != len(kinds):
        return None
    values = [_unpack(item, kind) for item, kind in zip(packed, kinds, strict=True)]
    return None if None in values else tuple(values)


def _unpack(item: Any, kind: type) -> datetime | int | None:
    if not isinstance(item, str) or not item[1:].isascii() or not item[1:].isdigit() or len(item) > 20:
        return None
    number = int(item[1:])
    if kind is datetime:
        return _EPOCH + number * _MICROSECOND if item[0] == "t" and number <= _MICROSECONDS_MAX else None
    return number if item[0] == "n" and number <= _INTEGER_MAX else None


def keyset_page(
    queryset: "QuerySet[Any]",
    *,
    keys: Sequence[str] = ("-published_at", "-id"),
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Any]:
    """One page of `queryset` in the order of `keys`, with one SQL query (and the queryset's prefetches).

    `keys` are one or two non-null columns (datetimes or non-negative integers) in one direction, the last
    of which makes the order total. A row's own attributes must be named as the keys are.
    """
    names = [key.removeprefix("-") for key in keys]
    before = "lt" if keys[0].startswith("-") else "gt"
    kinds = [_kind(queryset, name) for name in names]
    ordered = queryset.order_by(*keys)
    start = decode_cursor(cursor, kinds=kinds)
    if start is not None and len(names) == 1:
        ordered = ordered.filter(**{f"{names[0]}__{before}": start[0]})
    elif start is not None:
        # The first condition alone is what an index can start from; the second settles ties.
        ordered = ordered.filter(**{f"{names[0]}__{before}e": start[0]}).filter(
            Q(**{f"{names[0]}__{before}": start[0]}) | Q(**{f"{names[1]}__{before}": start[1]})
        )
    return cut_page(list(ordered[: size + 1]), keys=names, size=size)


def cut_page(rows: list[Any], *, keys: Sequence[str] = ("published_at", "id"), size: int = PAGE_SIZE) -> Page[Any]:
    """The page of rows read one further than its size: that one only tells whether there is more."""
    items = rows[:size]
    more = len(rows) > size
    return Page(items, encode_cursor(*(getattr(items[-1], key) for key in keys)) if more else None)


def _kind(queryset: "QuerySet[Any]", name: str) -> type:
    if name == "pk":
        return int
    field = queryset.model._meta.get_field(name.removesuffix("_id") if name != "id" else name)
    return datetime if field.get_internal_type() == "DateTimeField" else int

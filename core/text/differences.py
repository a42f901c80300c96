"""What changed between two texts, for people to read."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

WORDS_MAX = 4000
"""Longer texts are compared line by line: comparing takes time that grows with the square."""
_WORD = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)


class Piece(NamedTuple):
    kind: str
    """same, added or removed."""
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """`after`, what was added marked, and what was removed where it stood; Latin by words, Chinese by characters."""
    old, new = _cut(before), _cut(after)
    is_long = len(old) + len(new) > WORDS_MAX
    if is_long:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_around(old, new, is_long)))


def _cut(text: str) -> list[str]:
    return _WORD.findall(text)


def _around(old: list[str], new: list[str], is_long: bool) -> Iterator[Piece]:
    """What both begin and end with is not compared: that takes time only."""
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    if first:
        yield Piece("same", "".join(new[:first]))
    yield from _pieces(old[first : len(old) - last], new[first : len(new) - last], is_long)
    if last:
        yield Piece("same", "".join(new[len(new) - last :]))


def _alike(one: list[str], other: list[str]) -> int:
    """How many they begin with that are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _pieces(old: list[str], new: list[str], is_long: bool) -> Iterator[Piece]:
    # Of a long text, lines that come again and again are no place to begin from: each would be compared with each.
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=is_long).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(new[c:d]))
            continue
        if b > a:
            yield Piece("removed", "".join(old[a:b]))
        if d > c:
            yield Piece("added", "".join(new[c:d]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.kind == piece.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last

"""Where in a text lies what was asked for, as pieces that a template escapes one by one. Postgres could tell
(ts_headline), but would cut Chinese its own way and takes longer than the search.
"""

from typing import NamedTuple

from search.words import Word, Words, fold

LENGTH = 110
BEFORE = 24
"""Characters shown before the first place found."""


class Piece(NamedTuple):
    text: str
    is_hit: bool = False


def pieces(text: str, words: Words) -> list[Piece]:
    """The whole text, in turns as it is and as it was asked for."""
    return _split(text, _spans(text, words), 0, len(text))


def snippet(text: str, words: Words, *, length: int = LENGTH) -> list[Piece]:
    """About `length` characters of the text on one line, where most of the words lie."""
    text = " ".join(text.split())
    spans = _spans(text, words)
    start = _best_start(spans, len(text), length)
    end = min(len(text), start + length)
    found = _split(text, spans, start, end)
    if start:
        found.insert(0, Piece("…"))
    if end < len(text):
        found.append(Piece("…"))
    return found


def _spans(text: str, words: Words) -> list[tuple[int, int]]:
    """Where the words lie, in order, what touches or overlaps made one."""
    folded = fold(text)
    found = sorted(span for word in words.words for span in _places(folded, word))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _places(folded: str, word: Word) -> list[tuple[int, int]]:
    """The word itself, or else the pieces of which it was found."""
    return _occurrences(folded, word.text, word.is_chinese) or [
        span for lexeme in word.lexemes for span in _occurrences(folded, lexeme, word.is_chinese)
    ]


def _occurrences(folded: str, wanted: str, is_chinese: bool) -> list[tuple[int, int]]:
    found, at = [], folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if is_chinese or not (_goes_on(folded, at - 1, at) or _goes_on(folded, end - 1, end)):
            found.append((at, end))
        at = folded.find(wanted, at + 1)
    return found


def _goes_on(folded: str, one: int, other: int) -> bool:
    """Does a word or a number go on from one character to the next? iphone ends before 15."""
    if one < 0 or other >= len(folded):
        return False
    left, right = folded[one], folded[other]
    return (left.isdigit() and right.isdigit()) or (
        left.isascii() and left.isalpha() and right.isalpha() and right.isascii()
    )


def _best_start(spans: list[tuple[int, int]], whole: int, length: int) -> int:
    if whole <= length or not spans:
        return 0
    starts = [max(0, start - BEFORE) for start, _ in spans]
    best = max(starts, key=lambda start: (sum(start <= s and e <= start + length for s, e in spans), -start))
    return min(best, whole - length)


def _split(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Piece]:
    found, at = [], start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if at < first:
            found.append(Piece(text[at:first]))
        found.append(Piece(text[first:last], is_hit=True))
        at = last
    if at < end:
        found.append(Piece(text[at:end]))
    return found

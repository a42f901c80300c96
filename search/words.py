"""From text to the words an index keeps, and from what somebody typed to the words it is asked for.

Both sides are folded alike: one case, full width and accents away, traditional characters made simplified, each
character by itself, so that a place in the folded text is the same place in the text.

Chinese has no spaces. An index keeps every character, every pair of neighbours and every word the dictionary finds, so
that whatever somebody types, of one character or of ten, is found wherever it stands, however the dictionary would cut
there. What somebody types is cut into words by the dictionary; of each word its pairs are asked for.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import rjieba
from opencc import OpenCC

QUERY_MAX = 60
"""Characters looked at of what somebody typed."""
WORDS_MAX = 12
POSITION_MAX = 16_383
"""Where an index of Postgres stops telling places apart."""

_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_PART = re.compile(r"\d+|\D+")
_QUOTED = re.compile(r'["“”「」『』]([^"“”「」『』]+)["“”「」『』]')
_LEXEME_MAX = 60
_FILLERS = frozenset("的了和是在吗呢啊吧就也着与及或被把之其")
"""Characters that say little by themselves; left out of a query that has more to ask."""


class _Folding(dict[int, int]):
    """For str.translate: what each character is folded to, worked out when it first comes."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char).lower()
        if len(plain) == 1 and not plain.isascii():
            base = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
            plain = base if len(base) == 1 and base.isascii() else _to_simplified(plain)
        self[code] = folded = ord(plain) if len(plain) == 1 else code
        return folded


_folding = _Folding()


def fold(text: str) -> str:
    """The text as it is compared, character for character."""
    return text.translate(_folding)


def is_chinese(text: str) -> bool:
    """Does it begin with a character of a script without spaces?"""
    return _IS_CJK.match(text) is not None


def lexemes(text: str, *, start: int = 0) -> dict[str, list[int]]:
    """What an index keeps of a text: lexeme → its places in characters from `start` on; none for mere fragments."""
    found: dict[str, list[int]] = defaultdict(list)
    folded = fold(text)
    for match in _RUN.finditer(folded):
        run, at = match.group(), start + match.start() + 1
        if is_chinese(run):
            for word, offset in _cut(run):
                if len(word) > 1:
                    found[word].append(at + offset)
            for offset, char in enumerate(run):
                found[char]
                found[run[offset : offset + 2]]
        else:
            found[run[:_LEXEME_MAX]].append(at)
            for part in _parts(run):
                found[part].append(at)
    return {
        word: [min(place, POSITION_MAX) for place in places]
        for word, places in found.items()
        if len(word) <= _LEXEME_MAX
    }


def _cut(run: str) -> Iterator[tuple[str, int]]:
    """The words the dictionary finds in a run of Chinese, the longer ones and those in them, with their offsets."""
    for word, start, _end in rjieba.tokenize(run, mode="search"):
        yield word, start


def _parts(run: str) -> list[str]:
    """iphone15 is also iphone and 15. Single characters are not worth it: 4k is 4k."""
    parts = _PART.findall(run)
    return [part[:_LEXEME_MAX] for part in parts if len(part) > 1] if len(parts) > 1 else []


@dataclass(frozen=True)
class Word:
    """One of the words somebody typed, folded, and the lexemes that a text with it has."""

    text: str
    lexemes: tuple[str, ...]

    @property
    def is_chinese(self) -> bool:
        return is_chinese(self.text)


@dataclass(frozen=True)
class Words:
    """What somebody typed."""

    typed: str
    words: tuple[Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def folded(self) -> str:
        return fold(self.typed)

    def fit(self, text: str) -> bool:
        """Does the text hold them all, as an index would say?"""
        kept = lexemes(text)
        return all(lexeme in kept for word in self.words for lexeme in word.lexemes)


def parse(typed: str) -> Words:
    """What is asked for. In quotation marks: this very text, uncut."""
    typed = " ".join(typed.replace("\x00", "").split())[:QUERY_MAX].strip()
    folded = fold(typed)
    words = [word for match in _QUOTED.finditer(folded) for word in _uncut(match.group(1))]
    for run in _RUN.findall(_QUOTED.sub(" ", folded)):
        words += map(_chinese, _typed_words(run)) if is_chinese(run) else [_latin(run)]
    return Words(typed, _worth_asking(words))


def names(typed: str) -> Words:
    """What is asked for of names, which nobody cuts: every run as it stands."""
    typed = " ".join(typed.replace("\x00", "").split())[:QUERY_MAX].strip()
    return Words(typed, tuple(_uncut(fold(typed)))[:WORDS_MAX])


def _uncut(folded: str) -> Iterator[Word]:
    for run in _RUN.findall(folded):
        yield _chinese(run) if is_chinese(run) else _latin(run)


def _worth_asking(words: list[Word]) -> tuple[Word, ...]:
    kept = [word for word in words if word.text not in _FILLERS] or words
    return tuple({word.text: word for word in kept}.values())[:WORDS_MAX]


def _typed_words(run: str) -> Iterator[str]:
    """The words of the run. Single characters side by side are rather a name that the dictionary does not know."""
    singles = ""
    for word in rjieba.cut(run):
        if len(word) == 1 and word not in _FILLERS:
            singles += word
            continue
        if singles:
            yield singles
            singles = ""
        yield word
    if singles:
        yield singles


def _chinese(word: str) -> Word:
    pairs = tuple(dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1)))
    return Word(word, pairs or (word,))


def _latin(run: str) -> Word:
    parts = _PART.findall(run)
    if len(parts) > 1 and all(len(part) > 1 for part in parts):
        return Word(run, tuple(part[:_LEXEME_MAX] for part in parts))
    return Word(run, (run[:_LEXEME_MAX],))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _to_simplified(char: str) -> str:
    converted: str = _converter().convert(char)
    return converted

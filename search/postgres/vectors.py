"""Documents and questions in the text forms of tsvector and tsquery.

Words are letters and digits alone (search/words.py), tags begin with "=" and are ours; so neither has to be escaped.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from search.engine import Ask, Name, Text
from search.pinyin import spellings
from search.words import Words, lexemes

DAYS_PER_BLOCK = 32
_TITLE_GAP = 5


def of_text(text: Text) -> str:
    """The words of title and body, the tags, and on which day it was published."""
    found: dict[str, set[str]] = defaultdict(set)
    title = lexemes(text.title) if text.title else {}
    body = lexemes(text.body, start=len(text.title) + _TITLE_GAP if title else 0)
    for weight, words in (("A", title), ("", body)):
        for word, places in words.items():
            found[word].update(f"{place}{weight}" for place in places)
    for mark in (*text.tags, *when(text.published_at)):
        found[f"={mark}"]
    return _vector(found)


def of_name(name: Name) -> str:
    """The name's pieces and spellings."""
    found: dict[str, set[str]] = {word: set() for word in lexemes(name.name)}
    found |= {spelling: set() for spelling in spellings(name.name)}
    found |= {str(number): set() for number in name.numbers}
    return _vector(found)


def _vector(found: dict[str, set[str]]) -> str:
    return " ".join(
        f"'{word}'" + (f":{','.join(sorted(places)[:250])}" if places else "") for word, places in found.items()
    )


def day_of(moment: datetime) -> int:
    """Days since 1970, in UTC."""
    return int(moment.timestamp() // 86400)


def when(moment: datetime) -> tuple[str, str]:
    day = day_of(moment)
    return f"day{day}", f"block{day // DAYS_PER_BLOCK}"


def words_query(words: Words, *, any_word: bool = False) -> str:
    """The words alone, by which a text is judged."""
    each = ["(" + " & ".join(f"'{lexeme}'" for lexeme in word.lexemes) + ")" for word in words.words]
    return (" | " if any_word else " & ").join(each)


def text_query(ask: Ask, marks: Iterable[str] = ()) -> str:
    """All that is asked for, and one of `marks` if there are any."""
    groups = [group for group in (*ask.tags, tuple(marks)) if group]
    parts = [f"({words_query(ask.words, any_word=ask.any_word)})"]
    parts += ["(" + " | ".join(f"'={mark}'" for mark in group) + ")" for group in groups]
    return " & ".join(parts)


def name_query(words: Words) -> str:
    """Chinese as it stands anywhere in the name; Latin letters as the beginning of a word or a spelling."""
    parts = []
    for word in words.words:
        parts += [f"'{lexeme}'" for lexeme in word.lexemes] if word.is_chinese else [f"'{word.text}':*"]
    return " & ".join(parts)

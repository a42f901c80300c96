"""Topics in what people write: #night walks# stands between two number signs, as on Chinese sites."""

import re
from collections.abc import Iterator

TOPIC_MAX = 24
"""Characters of a topic's name."""
TOPICS_PER_TEXT = 5
"""More are no topics but noise; those behind stay plain words."""

TOPIC = re.compile(r"[#＃]([^\s#＃@/\\<>](?:[^\n#＃@/\\<>]{0,22}[^\s#＃@/\\<>])?)[#＃]")
"""One line, no blanks beside the signs (so that headings and "#1 … #2" are none), no slash: it stands in addresses."""


def topics_in(text: str) -> list[str]:
    """The names of the topics of `text`, in order, each once whatever its case; at most TOPICS_PER_TEXT."""
    found: dict[str, str] = {}
    for match in TOPIC.finditer(text):
        if is_topic(match.group(1)):
            found.setdefault(key_of(match.group(1)), match.group(1))
    return list(found.values())[:TOPICS_PER_TEXT]


def is_topic(name: str) -> bool:
    """Does it hold a letter or a digit?"""
    return any(char.isalnum() for char in name)


def key_of(name: str) -> str:
    """The same for names that differ in case alone."""
    return name.casefold()


def split(text: str) -> Iterator[tuple[str, str]]:
    """(what stands before, name of the topic); the last with an empty name."""
    end = 0
    for match in TOPIC.finditer(text):
        yield text[end : match.start()], match.group(1)
        end = match.end()
    yield text[end:], ""

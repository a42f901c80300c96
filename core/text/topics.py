"""Topics in what people write: #night walks# stands between two number signs, as on Chinese sites."""

import re

TOPIC_MAX = 24
"""Characters of a topic's name."""
TOPICS_PER_TEXT = 5
"""More are no topics but noise; those behind stay plain words."""

TOPIC = re.compile(r"#([^\s#@/\\<>](?:[^\n#@/\\<>]{0,22}[^\s#@/\\<>])?)#")
"""One line, no blanks beside the signs (so that headings and "#1 … #2" are none), no slash: it stands in addresses."""


def is_topic(name: str) -> bool:
    """Does it hold a letter or a digit?"""
    return any(char.isalnum() for char in name)


def key_of(name: str) -> str:
    """The same for names that differ in case alone."""
    return name.casefold()

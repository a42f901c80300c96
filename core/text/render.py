"""Stored text, made safe to show."""

import re
from collections.abc import Container, Iterator, Mapping
from itertools import islice

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_LINK = re.compile(r"https?://[^\s<>\"'，。！？；：、）】》]+[^\s<>\"'，。！？；：、）】》.,!?;:)\]]")
# Not behind a Latin letter or digit: that is an e-mail address.
_MENTION = re.compile(r"(?<![A-Za-z0-9._%+-])@([\w-]{2,20})")
_LATIN_PAIR = re.compile(r"[A-Za-z0-9_]{2}")
MENTIONS_MAX = 20
"""Names looked up per text; more @ than this is noise."""


def mention_candidates(text: str) -> list[str]:
    """Names that may stand behind the @ signs of `text`, the longest first for each.

    Chinese puts no space after a name, so "@小明你好" may mean 小明, 小明你 or 小明你好.
    """
    found: dict[str, None] = {}
    for match in islice(_MENTION.finditer(_LINK.sub(" ", text)), MENTIONS_MAX):
        for name in _names(match.group(1)):
            found.setdefault(name)
    return list(found)


def mentioned(text: str, *, known: Container[str]) -> list[str]:
    """The names in `known` (lower case) that `render` would link in `text`: in order, each once, none inside a link."""
    found: dict[str, None] = {}
    for match in islice(_MENTION.finditer(_LINK.sub(" ", text)), MENTIONS_MAX):
        name = next((name.lower() for name in _names(match.group(1)) if name.lower() in known), None)
        if name is not None:
            found.setdefault(name)
    return list(found)


def render(text: str, *, mentions: Mapping[str, str]) -> SafeString:
    """HTML of `text`: escaped, paragraphs, links, and @names linked where `mentions` has them.

    `mentions`: name in lower case → URL.
    """
    paragraphs = [
        mark_safe("<br>".join(_render_line(line, mentions) for line in paragraph.split("\n")))  # noqa: S308
        for paragraph in text.split("\n\n")
        if paragraph.strip()
    ]
    return mark_safe("".join(format_html("<p>{}</p>", paragraph) for paragraph in paragraphs))  # noqa: S308


def _render_line(line: str, mentions: Mapping[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for match in _LINK.finditer(line):
        parts.append(_render_mentions(line[end : match.start()], mentions))
        url = match.group(0)
        parts.append(format_html('<a href="{}" rel="nofollow noopener ugc" target="_blank">{}</a>', url, _shorten(url)))
        end = match.end()
    parts.append(_render_mentions(line[end:], mentions))
    return "".join(parts)


def _render_mentions(text: str, mentions: Mapping[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for match in _MENTION.finditer(text):
        name = next((name for name in _names(match.group(1)) if name.lower() in mentions), None)
        if name is None:
            continue
        parts.append(escape(text[end : match.start()]))
        parts.append(format_html('<a class="mention" href="{}">@{}</a>', mentions[name.lower()], name))
        end = match.start() + 1 + len(name)
    parts.append(escape(text[end:]))
    return "".join(parts)


def _names(run: str) -> Iterator[str]:
    """What the name may be in the characters behind an @, the longest first. A Latin word is never cut in two."""
    for end in range(len(run), 1, -1):
        if end == len(run) or not _LATIN_PAIR.fullmatch(run[end - 1 : end + 1]):
            yield run[:end]


def _shorten(url: str) -> str:
    shown = url.split("://", 1)[1]
    return shown if len(shown) <= 40 else f"{shown[:39]}…"

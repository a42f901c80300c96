"""Stored text, made safe to show."""

import html
import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import NamedTuple

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from core.text.markdown import WORDS, names_in, parser
from core.text.topics import TOPICS_PER_TEXT, key_of

MENTIONS_MAX = 20
"""Names looked up per text; more @ than this is noise."""
EXCERPT_LENGTH = 140

_TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h2", "h3", "h4", "hr"}
_ATTRIBUTES = {
    "a": {"href", "rel", "target", "class", "title"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in (2, 3, 4)},
}
_WALL = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https"},
    link_rel=None,
    allowed_classes=None,
    strip_comments=True,
)
"""The second wall behind the parser's: nothing but this leaves here, whatever a rule of the parser may do."""
_BREAK = re.compile(r"<(?:br|/p|/li|/h\d|/pre|hr)>")
_ELEMENT = re.compile(r"<[^>]*>")
_HEADING = re.compile(r'<h([234]) id="([\w-]+)">(.*?)</h\1>')
_MARK = re.compile(r"[*~`#>|]+|^- |\[|\]\(\S*\)?", re.MULTILINE)
_TARGET = re.compile(r'<a href="(https?://[^"]+)"')


class Heading(NamedTuple):
    level: int
    """2 is the highest."""
    anchor: str
    text: str


def mention_candidates(text: str) -> list[str]:
    """Names that may stand behind the @ signs of `text`, the longest first for each.

    Chinese puts no space after a name, so "@小明你好" may mean 小明, 小明你 or 小明你好.
    """
    return list(dict.fromkeys(name for run in _said(text) for name in names_in(run)))


def mentioned(text: str, *, known: Container[str]) -> list[str]:
    """The names in `known` (lower case) that `render` would link in `text`: in order, each once, none inside a link."""
    first = (next((name.lower() for name in names_in(run) if name.lower() in known), None) for run in _said(text))
    return list(dict.fromkeys(name for name in first if name is not None))


def topics_in(text: str) -> list[str]:
    """The names of the topics of `text` outside of links and code: in order, each once whatever its case; at most
    TOPICS_PER_TEXT."""
    said: list[str] = []
    if "#" in text:
        parser(is_long=False).parse(text, {"topics_said": said})
    found: dict[str, str] = {}
    for name in said:
        found.setdefault(key_of(name), name)
    return list(found.values())[:TOPICS_PER_TEXT]


def render(
    text: str, *, mentions: Mapping[str, str], topics: Mapping[str, str] | None = None, is_long: bool = False
) -> SafeString:
    """HTML of `text`: Markdown-light (core.text.markdown), with links, @names linked where `mentions` has them, and
    #topics# where `topics` has them.

    `mentions`: name in lower case → URL; `topics`: key (core.text.topics) → URL. `is_long`: with headings, which have
    ids (`headings`).
    """
    if WORDS.fullmatch(text):
        return mark_safe(f"<p>{text}</p>")  # noqa: S308 - nothing to escape
    drawn = parser(is_long=is_long).render(text, {"mentions": mentions, "topics": topics or {}})
    return mark_safe(_WALL.clean(drawn).replace("</pre>\n", "</pre>"))  # noqa: S308


def headings(body_html: str) -> list[Heading]:
    """The table of contents of what `render` made."""
    return [Heading(int(level), anchor, plain(inner)) for level, anchor, inner in _HEADING.findall(body_html)]


def first_address(body_html: str) -> str:
    """The first address elsewhere that a text which `render` made links to; empty where there is none."""
    match = _TARGET.search(body_html)
    return html.unescape(match.group(1)) if match else ""


def plain(body_html: str) -> str:
    """The words alone of what `render` made, on one line."""
    return " ".join(html.unescape(_ELEMENT.sub("", _BREAK.sub(" ", body_html))).split())


def without_marks(text: str) -> str:
    """The beginning of a typed text, roughly without its marks: for a title. `plain` is exact."""
    return " ".join(_MARK.sub("", text).split())


def excerpt(body_html: str, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of the words."""
    return Truncator(plain(body_html)).chars(length)


@lru_cache(maxsize=256)
def _said(text: str) -> tuple[str, ...]:
    """What stands behind the @ signs, outside of links and code."""
    said: list[str] = []
    if "@" in text:
        parser(is_long=False).parse(text, {"said": said})
    return tuple(said[:MENTIONS_MAX])

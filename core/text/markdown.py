"""Markdown-light: the parser. Bold, italic, strike-through, lists, quotes, code and links; in long texts headings too.

Everything else that is typed stands there as typed, HTML above all. A line end is a line end. What people here write
besides Markdown is a rule of its own, tried where its first character stands: addresses of the web and @names.
A new kind of mark is one more such rule in `_MARKS`, with what it links to in the `env` that `render` hands over; it
must not begin with a character of `WORDS`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

from core.text.topics import TOPIC, is_topic, key_of

LINK = re.compile(r"https?://[^\s<>\"'，。！？；：、）】》]+[^\s<>\"'，。！？；：、）】》.,!?;:)\]*~]")
# Not behind a Latin letter or digit: that is an e-mail address.
MENTION = re.compile(r"(?<![A-Za-z0-9._%+-])@([\w-]{2,20})")
_BEYOND_ASCII = "\u00a1-\ud7ff\ue000-\U0010ffff"  # without what is escaped (no-break space) or cannot be encoded
WORDS = re.compile(rf"""(?!\s)[A-Za-z{_BEYOND_ASCII}][A-Za-z0-9 !"'(),.;?{_BEYOND_ASCII}]*+(?<!\s)""")
"""All of a line in which no rule finds anything: the parser makes one paragraph of it and changes no character.

Every mark begins with an ASCII sign, ordered lists with a digit; "!" is here because pictures are no rule of ours."""
_LATIN_PAIR = re.compile(r"[A-Za-z0-9_]{2}")
_LATIN = re.compile(r"[A-Za-z0-9]")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_BLOCKS = ("blockquote", "fence", "list")
_INLINE = ("newline", "escape", "backticks", "strikethrough", "emphasis", "link")
_HEADING_MAX = 4


@cache
def parser(*, is_long: bool) -> MarkdownIt:
    """The one for posts and comments, or the one for articles, which may have headings and lines across."""
    markdown = MarkdownIt("zero", {"breaks": True}, renderer_cls=_Renderer)
    markdown.inline = _Inline()
    markdown.inline.ruler.enableOnly(["text", *_INLINE])
    markdown.inline.ruler2.enableOnly(["balance_pairs", "strikethrough", "emphasis", "fragments_join"])
    for name, rule in _MARKS.items():
        markdown.inline.ruler.before("newline", name, rule)
    markdown.block.ruler.enable([*_BLOCKS, *(("heading", "hr") if is_long else ())])
    markdown.validateLink = lambda url: url.startswith(("https://", "http://")) and "." in url  # type: ignore[method-assign]
    return markdown


def names_in(run: str) -> Iterator[str]:
    """What the name may be in the characters behind an @, the longest first. A Latin word is never cut in two."""
    for end in range(len(run), 1, -1):
        if end == len(run) or not _LATIN_PAIR.fullmatch(run[end - 1 : end + 1]):
            yield run[:end]


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """As CommonMark says, but a wide character beside a mark counts as a space does: Chinese puts none between
        words. And a star amid Latin letters or digits is one: 2*3*4.
        """
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if end - start == 1 and _LATIN.match(before) and _LATIN.match(after):
            return Scanned(False, False, 1)
        space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        mark_before, mark_after = _is_mark(before), _is_mark(after)
        opens = not space_after and (not mark_after or space_before or mark_before or bool(_WIDE.match(before)))
        closes = not space_before and (not mark_before or space_after or mark_after or bool(_WIDE.match(after)))
        return Scanned(
            opens and (canSplitWord or not closes or mark_before),
            closes and (canSplitWord or not opens or mark_after),
            end - start,
        )


def _is_mark(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Renderer(RendererHTML):
    """Without line ends between the elements, and with our kind of links."""

    def renderToken(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if token.hidden:
            return ""
        tag = token.tag
        if token.type.startswith("heading_"):
            tag = f"h{min(int(tag[1]) + 1, _HEADING_MAX)}"  # the page has the one <h1>
            if token.nesting == 1:
                env["headings"] = env.get("headings", 0) + 1
                token.attrSet("id", f"part-{env['headings']}")
        if token.type == "link_open" and not token.markup:
            _make_outward(token)
        return f"</{tag}>" if token.nesting == -1 else f"<{tag}{self.renderAttrs(token)}>"

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<br>"

    hardbreak = softbreak


def _make_outward(token: Token) -> None:
    """A link to elsewhere: opened beside, and with the site it leads to where the words may say something else."""
    token.attrSet("rel", "nofollow noopener ugc")
    token.attrSet("target", "_blank")
    if token.info != "auto":
        token.attrSet("title", urlsplit(str(token.attrGet("href"))).netloc)


def _address(state: StateInline, silent: bool) -> bool:
    """https://…, before stars and underlines in it are taken for marks."""
    if state.src[state.pos] != ":" or state.linkLevel:
        return False
    scheme = "https" if state.src.endswith("https", 0, state.pos) else "http"
    start = state.pos - len(scheme)
    if start < 0 or not state.pending.endswith(scheme) or not (match := LINK.match(state.src, start, state.posMax)):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        _link(state, {"href": match.group()}, _shorten(match.group()), info="auto")
    state.pos = match.end()
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    """@name, where `env["mentions"]` has the name; `env["said"]` gathers what stands behind each @."""
    if state.src[state.pos] != "@" or state.linkLevel:
        return False
    match = MENTION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    env: Any = state.env
    if not silent and "said" in env:
        env["said"].append(match.group(1))
    known: Mapping[str, str] = env.get("mentions", {})
    name = next((name for name in names_in(match.group(1)) if name.lower() in known), None)
    if name is None:
        return False
    if not silent:
        _link(state, {"class": "mention", "href": known[name.lower()]}, f"@{name}", markup="mention")
    state.pos += 1 + len(name)
    return True


def _topic(state: StateInline, silent: bool) -> bool:
    """#topic#, where `env["topics"]` has its key; `env["topics_said"]` gathers the names."""
    if state.src[state.pos] != "#" or state.linkLevel:
        return False
    match = TOPIC.match(state.src, state.pos, state.posMax)
    if match is None or not is_topic(name := match.group(1)):
        return False
    env: Any = state.env
    if not silent and "topics_said" in env:
        env["topics_said"].append(name)
    known: Mapping[str, str] = env.get("topics", {})
    if key_of(name) not in known:
        return False
    if not silent:
        _link(state, {"class": "topic", "href": known[key_of(name)]}, f"#{name}#", markup="topic")
    state.pos = match.end()
    return True


_MARKS = {"address": _address, "mention": _mention, "topic": _topic}


def _link(
    state: StateInline, attrs: dict[str, str | int | float], text: str, *, markup: str = "", info: str = ""
) -> None:
    opened = state.push("link_open", "a", 1)
    opened.attrs, opened.markup, opened.info = attrs, markup, info
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)


def _shorten(url: str) -> str:
    shown = url.split("://", 1)[1]
    return shown if len(shown) <= 40 else f"{shown[:39]}…"

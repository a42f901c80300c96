"""What a web page says of itself in its head."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from core.text.clean import clean_line

TITLE_MAX, DESCRIPTION_MAX, SITE_MAX = 200, 300, 100
_CHARSET = re.compile(rb"charset=[\"']?([\w-]{2,20})", re.IGNORECASE)
_WANTED = {"og:title", "og:description", "og:site_name", "description", "twitter:title", "twitter:description"}


@dataclass(frozen=True)
class Description:
    title: str = ""
    description: str = ""
    site: str = ""


def described(page: bytes, content_type: str) -> Description:
    """Title, description and name of the site of an HTML page, which may be cut off, as plain text of limited length.

    Raises nothing, whatever the page holds.
    """
    reader = _Head()
    reader.feed(_decoded(page, content_type))
    said = reader.said
    return Description(
        _line(said.get("og:title") or said.get("twitter:title") or reader.title, TITLE_MAX),
        _line(
            said.get("og:description") or said.get("description") or said.get("twitter:description"), DESCRIPTION_MAX
        ),
        _line(said.get("og:site_name"), SITE_MAX),
    )


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "meta":
            values = {name: value or "" for name, value in attrs}
            name = (values.get("property") or values.get("name") or "").lower()
            if name in _WANTED:
                self.said.setdefault(name, values.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and len(self.title) < TITLE_MAX:
            self.title += data


def _decoded(page: bytes, content_type: str) -> str:
    declared = _CHARSET.search(content_type.encode()) or _CHARSET.search(page[:2048])
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    try:
        return page.decode("gb18030" if name in ("gb2312", "gbk") else name, "replace")
    except LookupError:
        return page.decode("utf-8", "replace")


def _line(text: str | None, most: int) -> str:
    line = clean_line((text or "")[: 4 * most])
    return line if len(line) <= most else f"{line[: most - 1]}…"

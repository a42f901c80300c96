"""Icons of the set "lucide": those that lists repeat in one file that browsers keep, the others inline.

A list of posts says each of its icons a hundred times over; drawn inline they were half of the page.
"""

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

REPEATED = (
    *("badge-check", "bookmark", "bot", "calendar-days", "calendar-plus", "calendar-x", "check", "chevron-down"),
    *("chevron-right", "circle-check", "circle-question-mark", "clock", "crown", "ellipsis", "external-link"),
    *("hash", "heart", "hourglass", "image", "library", "link", "lock", "map-pin", "maximize-2", "megaphone"),
    *("message-circle", "newspaper", "pencil", "pin", "pin-off", "plus", "qr-code", "reply", "scan-qr-code"),
    *("share-2", "sparkles", "star", "trash-2", "user-check", "users", "users-round", "venetian-mask", "vote"),
    *("wallet", "x"),
)
YEAR = 365 * 24 * 3600
_ALONE = 'fill="none" stroke-width="2"'
_LINES = 'stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'


@cache
def svg(name: str, css: str = "") -> SafeString:
    """The named icon, decorative (hidden from assistive technology). Raises KeyError for a name the set has not."""
    classes = escape(f"icon {css}".strip())
    if name in REPEATED:
        drawn = f'<svg class="{classes}" aria-hidden="true"><use href="{sheet_url()}#{name}"/></svg>'
    else:
        about = f'class="{classes}" aria-hidden="true" focusable="false" width="24" height="24" viewBox="0 0 24 24"'
        drawn = f"<svg {about} {_ALONE} {_LINES}>{_shapes(name)}</svg>"
    return mark_safe(drawn)  # noqa: S308 - drawn by the icon set, the classes are escaped


@cache
def sheet() -> str:
    """All of REPEATED in one SVG, a symbol each. What they are filled with and how thick their
    lines are stands in base.css: said here it could not be said otherwise, as of a heart that is liked."""
    symbols = (f'<symbol id="{name}" viewBox="0 0 24 24" {_LINES}>{_shapes(name)}</symbol>' for name in REPEATED)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _shapes(name: str) -> str:
    """The lines an icon is made of: the children of its <svg>, which is the same for all of the set."""
    drawn = ElementTree.fromstring(_archive().read(f"{name}.svg").decode())  # noqa: S314 - of the icon set
    for shape in drawn.iter():
        shape.tag = shape.tag.rpartition("}")[2]
    return "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in drawn)


@cache
def _archive() -> ZipFile:
    """The package's icons. Its own functions read the directory of all 1,745 again for each icon: 10 ms a time."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))


@cache
def sheet_url() -> str:
    """Another one for other icons, so that it may be kept for ever."""
    return f"/icons/{blake2b(sheet().encode(), digest_size=6).hexdigest()}.svg"


@require_safe
def serve(request: HttpRequest, digest: str) -> HttpResponse:
    """The sheet. Whoever asks for another version, with a page from before an update, gets today's and asks again."""
    is_current = request.path == sheet_url()
    kept = f"public, max-age={YEAR}, immutable" if is_current else "no-cache"
    return HttpResponse(sheet(), content_type="image/svg+xml", headers={"Cache-Control": kept})

"""What a page elsewhere says of itself: fetched once by a worker, as a stranger, and shown below posts that link to it.

The reader's browser never asks that page for anything, and no picture of it is shown.
"""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from circles.models import LinkPreview, LinkState, Post
from circles.models.link import ADDRESS_MAX
from core.jobs import enqueue
from core.outbound import Answer, Outbound, OutboundError
from core.text.pages import described
from core.text.render import first_address

FRESH_FOR = timedelta(days=7)
"""What a page said of itself is asked for again after this long, when somebody links to it anew."""
HOPS = 2
"""Redirects gone along with; each address is looked at as the first one was."""
HEADERS = {"User-Agent": "Quanzi link preview", "Accept": "text/html", "Accept-Encoding": "identity"}


def preview_of(body_html: str) -> LinkPreview | None:
    """What is known of the first page that a rendered text links to; asked for by a job where nothing is, or nothing
    new. None where there is no link. Call it in the transaction of the action."""
    url = first_address(body_html)
    if not url or len(url) > ADDRESS_MAX or not settings.LINK_PREVIEWS:
        return None
    now = timezone.now()
    preview, is_new = LinkPreview.objects.get_or_create(key=LinkPreview.key_of(url), defaults={"url": url})
    if is_new or preview.asked_at < now - FRESH_FOR:
        LinkPreview.objects.filter(pk=preview.pk).update(asked_at=now)
        enqueue("circles.fetch_link", preview_id=preview.pk)
    return preview


def fetch(*, preview_id: int) -> None:
    """Ask the page and keep what it says; posts that link to it show it from then on. Call it outside a transaction.

    A page that cannot be had, is no page or says nothing has no card; what was known of it before stays. Raises
    nothing for that: asking again at once would not help.
    """
    preview = LinkPreview.objects.filter(pk=preview_id).first()
    if preview is None:
        return
    try:
        answer, url = _ask(preview.url)
    except (OutboundError, ValueError):  # or an address that cannot be read
        answer, url = None, preview.url
    found = described(answer.body, answer.headers.get("content-type", "")) if answer is not None else None
    with transaction.atomic():
        preview = LinkPreview.objects.select_for_update(no_key=True).get(pk=preview_id)
        preview.fetched_at = timezone.now()
        if found is not None and found.title:
            preview.title, preview.description = found.title, found.description
            preview.site = found.site or (urlsplit(url).hostname or "")[:100]
            preview.state = LinkState.READY
        elif preview.state == LinkState.WAITING:
            preview.state = LinkState.FAILED
        preview.save()
        if preview.is_ready:
            Post.objects.filter(link=preview).update(version=F("version") + 1)


def _ask(url: str) -> tuple[Answer | None, str]:
    """The page, and where it was found; None where it answered with anything but a page."""
    with Outbound() as outbound:
        for _hop in range(HOPS + 1):
            parts = urlsplit(url)
            if parts.scheme == "http" and parts.port is None:
                url = parts._replace(scheme="https").geturl()  # we call nobody in the clear
            answer = outbound.get(url, headers=HEADERS)
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = urljoin(url, answer.headers.get("location", ""))
    is_page = answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")
    return (answer if is_page else None), url

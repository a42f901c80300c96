"""Sending a post on: its link as a QR code, a poster, and what other sites show of it."""

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from circles import posters
from circles.models import Post
from circles.views.access import post_or_404

KEEP_SECONDS = 3600


@require_safe
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """The link, its QR code, and a poster where everybody may read the post."""
    post = post_or_404(request, pk)
    url = _address(request, post)
    code = segno.make(url, error="m", micro=False).svg_inline(scale=4, border=2, light="#fff", omitsize=True)
    context = {
        "post": post,
        "url": url,
        "qr": mark_safe(code),  # noqa: S308 - drawn here from an address
        "has_poster": post.circle.is_public and posters.font_file() is not None,
    }
    return render(request, "circles/share.html", context)


@require_safe
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    post = _public_or_404(request, pk)
    answer = _picture(posters.poster(post, _address(request, post)))
    answer.headers["Content-Disposition"] = f'inline; filename="quanzi-{pk}.png"'
    return answer


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    return _picture(posters.preview(_public_or_404(request, pk)))


def _public_or_404(request: HttpRequest, pk: int) -> Post:
    post = post_or_404(request, pk)
    if not post.circle.is_public:
        raise Http404
    return post


def _picture(drawn: bytes | None) -> HttpResponse:
    if drawn is None:
        raise Http404
    headers = {"Cache-Control": f"private, max-age={KEEP_SECONDS}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(drawn, content_type="image/png", headers=headers)


def _address(request: HttpRequest, post: Post) -> str:
    return request.build_absolute_uri(post.get_absolute_url())

"""Serving pictures to those who may see what they are attached to."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.viewer import viewer_of
from circles.models import Circle, Comment, Held, Membership, Post, PostPhoto, Publication
from core.models import Picture
from core.prepared import Prepared

KEEP_SECONDS = 7 * 24 * 3600
"""A key is never given to other pixels, so browsers need not ask again."""
KEEP_PENDING_SECONDS = 5
"""While the large size stands in for one that is still being made."""


@require_safe
def picture(request: HttpRequest, key: str, size: str) -> HttpResponse | FileResponse:
    """One size of a picture. 404 for unknown ones and for those this viewer may not see alike."""
    if size not in Picture.Size.values:
        raise Http404
    found = _visible(request, key)
    exact = bool(request.headers.get("If-None-Match")) and get_conditional_response(request, etag=_etag(found, size))
    if isinstance(exact, HttpResponseNotModified):
        return _cached(exact, found, size, exact=True)
    file, is_exact = _open(found, size)
    return _cached(FileResponse(file, content_type="image/webp"), found, size, exact=is_exact)


def _visible(request: HttpRequest, key: str) -> Picture:
    """The picture, where this viewer may see what it is part of, or it is theirs and part of nothing yet."""
    try:
        uuid = UUID(hex=key)
    except ValueError:
        raise Http404 from None
    viewer = viewer_of(request)
    shown = _shown(is_member=viewer.pk is not None, keeps_distance=bool(viewer.pk and viewer.keeps_distance))
    found: Any = shown.first(key=uuid, viewer=viewer.pk)
    if found is None:
        raise Http404
    if not (found.is_public or (not found.is_posted and found.owner_id == request.user.pk)):
        held = Held.objects.visible_to(request.user).filter(
            Q(post__photos__picture=found, post__state=Publication.HELD)
            | Q(comment__picture=found, comment__state=Publication.HELD)
        )
        if not held.exists():
            raise Http404
    return found


@lru_cache
def _shown(*, is_member: bool, keeps_distance: bool) -> Prepared:
    """The picture with that key, and what it is part of. Compiled once: a page asks for dozens."""

    def query(any_: Any) -> "QuerySet[Picture]":
        viewer = User.somebody(any_.viewer, keeps_distance=keeps_distance) if is_member else AnonymousUser()
        return _with_places(viewer).filter(key=UUID(int=any_.key))

    return Prepared(query, "key", "viewer")


def _with_places(viewer: User | AnonymousUser) -> "QuerySet[Picture]":
    """`is_public`: it is part of something the viewer may see; `is_posted`: of a post or a comment, whoever sees it."""
    circles = Circle.objects.findable_by(viewer).filter(Q(avatar=OuterRef("pk")) | Q(cover=OuterRef("pk")))
    members = Membership.objects.filter(avatar=OuterRef("pk"), circle__in=Circle.objects.visible_to(viewer))
    posts = Post.objects.visible_to(viewer).filter(photos__picture=OuterRef("pk"))
    comments = Comment.objects.visible_to(viewer).filter(picture=OuterRef("pk"))
    pictures: QuerySet[Picture] = Picture.objects.annotate(
        is_public=Exists(posts)
        | Exists(User.objects.filter(avatar=OuterRef("pk")))
        | Exists(circles)
        | Exists(members)
        | Exists(comments),
        is_posted=Exists(PostPhoto.objects.filter(picture=OuterRef("pk")))
        | Exists(Comment.objects.filter(picture=OuterRef("pk"))),
    )
    return pictures


def _etag(found: Picture, size: str) -> str:
    return f'"{found.key.hex}-{size}"'


def _open(found: Picture, size: str) -> tuple[File, bool]:
    """The file, and whether it is the size that was asked for."""
    for name in (size, Picture.Size.LARGE):
        try:
            return default_storage.open(found.path(name)), name == size
        except FileNotFoundError:
            continue
    raise Http404


def _cached(
    response: HttpResponse | FileResponse, found: Picture, size: str, *, exact: bool
) -> HttpResponse | FileResponse:
    response.headers["X-Content-Type-Options"] = "nosniff"
    if exact:
        response.headers["ETag"] = _etag(found, size)
        response.headers["Cache-Control"] = f"private, max-age={KEEP_SECONDS}, immutable"
    else:
        response.headers["Cache-Control"] = f"private, max-age={KEEP_PENDING_SECONDS}"
    return response

"""Pictures for people of the team: also those of hidden posts and of applications nobody else sees yet."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.admin.base import ReadOnlyAdmin
from core.media.models import Picture

PERMISSION = "core.view_picture"


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    """Serves single pictures by their key; there is no list to browse."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file)
        return [path("file/<uuid:key>/", view, name="core_picture_file")]

    def file(self, request: HttpRequest, key: UUID) -> FileResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        picture = Picture.objects.filter(key=key).first()
        if picture is None:
            raise Http404
        try:
            opened = default_storage.open(picture.path(Picture.Size.LARGE))
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(opened, content_type="image/webp")
        response.headers["Cache-Control"] = "private, no-store"
        return response


def gallery(pictures: list[Picture]) -> SafeString:
    """Small pictures side by side, each leading to the large one."""
    rows = ((reverse("admin:core_picture_file", args=[picture.key]),) * 2 for picture in pictures)
    images = format_html_join(
        "",
        '<a href="{}" target="_blank" rel="noopener"><img src="{}" alt="" loading="lazy"'
        ' class="rounded-default object-cover" width="96" height="96"></a>',
        rows,
    )
    return format_html('<div class="flex flex-wrap gap-2">{}</div>', images) if images else SafeString("–")

"""The site as an app on a home screen: manifest, service worker, and the page shown without a connection.

None of them says anything about whoever asks, so browsers and the service worker may keep them.
"""

import json
import re
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

_WORKER = settings.BASE_DIR / "static" / "js" / "sw.js"
_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp"]


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the site installable, in the reader's language."""
    said: dict[str, Any] = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME.split(maxsplit=1)[-1],
        "description": _("Circles of people who are real."),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f5f8",
        "theme_color": "#1668dc",
        "icons": [
            _icon("icon-192.png", "192x192", "any"),
            _icon("icon-512.png", "512x512", "any"),
            _icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            {"name": _("Post"), "url": reverse("circles:compose_anywhere")},
            {"name": _("Inbox"), "url": reverse("notifications:inbox")},
        ],
        "share_target": {
            "action": reverse("circles:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "photos", "accept": PHOTO_TYPES}],
            },
        },
    }
    answer = JsonResponse(said, content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows when there is no connection."""
    return render(request, "offline.html", {"is_offline_page": True})


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may serve the whole site; asked for anew at each visit. It begins with what it keeps."""
    script = _WORKER.read_bytes()
    files = _kept_files()
    version = blake2b(json.dumps(files).encode() + script, digest_size=6).hexdigest()
    kept = {
        "version": version,
        "files": files,
        "offline": reverse("webapp:offline"),
        "icon": static("img/icon-192.png"),
        "badge": static("img/badge-96.png"),
    }
    head = f"const KEPT = {json.dumps(kept)};\n".encode()
    return HttpResponse(
        head + script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


def _kept_files() -> list[str]:
    """What the offline page needs, by names that change with the content."""
    sheets = _SHEET.findall(render_to_string("components/_head_assets.html"))
    images = ["img/logo.svg", "img/favicon.svg", "img/icon-192.png", "img/badge-96.png"]
    return [*sheets, static("js/error.js"), *map(static, images)]


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}

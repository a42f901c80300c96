"""What base.html asks for of what core knows; see also accounts and notifications."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.parts import Part, join

THEMES = ("dark", "light")

_toast = Part("components/_toast.html", kept=("level",), holes=("text",))


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, and `is_demo` where the demo community's log-ins may be shown."""
    return {"site_name": settings.SITE_NAME, "is_demo": settings.DEMO}


def frame(request: HttpRequest) -> dict[str, Any]:
    """`chosen_theme` (dark, light, or "" for the system's), `current_page` (the name of its address), `is_logged_in`,
    `this_address`, and `toasts`: the messages of Django, told once."""
    theme, match = request.COOKIES.get("theme", ""), request.resolver_match
    return {
        "chosen_theme": theme if theme in THEMES else "",
        "current_page": (match.view_name or "") if match else "",
        "is_logged_in": _is_logged_in(request),
        "this_address": request.get_full_path,
        "toasts": _toasts(request),
    }


def _is_logged_in(request: HttpRequest) -> Callable[[], bool]:
    """Asked only by pages that need it: the answer costs a query."""

    def is_logged_in() -> bool:
        return hasattr(request, "user") and request.user.is_authenticated

    return is_logged_in


def _toasts(request: HttpRequest) -> Callable[[], SafeString]:
    def toasts() -> SafeString:
        return join(_toast(level=message.level_tag, text=str(message)) for message in get_messages(request))

    return toasts

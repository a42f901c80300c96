from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.parts import Part
from notifications import badge

_badge = Part("components/_count.html", kept=("count",))


def unread(request: HttpRequest) -> dict[str, Callable[[], Any]]:
    """`unread_count` and `unread_badge`, its HTML; functions, so that a page without a bell asks nothing."""

    @cache
    def count() -> int:
        user = getattr(request, "user", None)
        return badge.count(user) if user is not None else 0

    def drawn() -> SafeString:
        return _badge(count=count())

    return {"unread_count": count, "unread_badge": drawn}

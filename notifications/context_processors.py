from functools import cache
from typing import Any

from django.http import HttpRequest

from notifications import badge


def unread(request: HttpRequest) -> dict[str, Any]:
    """`unread_count` for the badge: a function the template calls, so a page without a badge asks nothing."""

    @cache
    def count() -> int:
        user = getattr(request, "user", None)
        return badge.count(user) if user is not None else 0

    return {"unread_count": count}

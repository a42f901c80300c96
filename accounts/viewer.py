"""Whoever looks at a page."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import LazyObject

if TYPE_CHECKING:
    from accounts.models import User


def viewer_of(request: HttpRequest) -> "User | Any":
    """`request.user` as the row itself. Django wraps it, so that pages which ask nobody load nobody; but then each look
    at an attribute goes through the wrapper, and a page takes hundreds."""
    user: Any = request.user
    if isinstance(user, LazyObject):
        _ = user.pk  # loads it
        request.user = user = user.__dict__["_wrapped"]
    return user

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User
from accounts.models.block import keeps_distance
from core.prepared import Fragment, Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

_SELDOM = ("last_login", "email", "date_joined", "bio", "nickname_key", "time_zone_changed_at")
"""What few pages ask of whoever looks, read when it is asked for: each column takes its time at each request."""
_OF_AVATARS = [f"avatar__{name}" for name in ("owner", "state", "width", "height", "byte_count", "created_at")]

Load = Callable[[int], User | None]


def _viewer(any_: Any) -> "QuerySet[User]":
    people = User.objects.select_related("avatar").defer(*_SELDOM, *_OF_AVATARS).filter(pk=any_.viewer)
    return people.annotate(keeps_distance=keeps_distance())


_by_id = Prepared(_viewer, "viewer")
VIEWER = Fragment(_viewer, "viewer")
"""The SQL of whoever looks, for statements that read something besides (accounts/viewer.py)."""


def _load(user_id: int) -> User | None:
    viewer: User | None = _by_id.first(viewer=user_id)
    return viewer


_loads: ContextVar[Load] = ContextVar("loads", default=_load)


@contextmanager
def loading_by(load: Load) -> Iterator[None]:
    """Meanwhile whoever is logged in is loaded by `load`, as `get_user` would load them."""
    token = _loads.set(load)
    try:
        yield
    finally:
        _loads.reset(token)


class AuthenticationBackend(AllauthBackend):
    """Logs in by user name or e-mail, and loads whoever is logged in together with the avatar every page
    shows, and with the answer whether what others write may be kept from them (`keeps_distance`)."""

    def get_user(self, user_id: Any) -> User | None:
        user = _loads.get()(int(user_id))
        return user if user is not None and self.user_can_authenticate(user) else None

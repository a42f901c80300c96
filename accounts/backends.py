from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User
from accounts.models.block import keeps_distance
from core.prepared import Prepared

SELDOM = ("last_login", "email", "date_joined", "bio", "nickname_key", "time_zone_changed_at")
"""What few pages ask of whoever looks, read when it is asked for: each column takes its time at each request."""
_OF_AVATARS = [f"avatar__{name}" for name in ("owner", "state", "width", "height", "byte_count", "created_at")]

_by_id = Prepared(
    lambda any_: (
        User.objects.select_related("avatar")
        .defer(*SELDOM, *_OF_AVATARS)
        .filter(pk=any_.id)
        .annotate(keeps_distance=keeps_distance())
    ),
    "id",
)


class AuthenticationBackend(AllauthBackend):
    """Logs in by user name or e-mail, and loads whoever is logged in together with the avatar every page
    shows, and with the answer whether what others write may be kept from them (`keeps_distance`)."""

    def get_user(self, user_id: Any) -> User | None:
        user = next(iter(_by_id.instances(id=int(user_id))), None)
        return user if user is not None and self.user_can_authenticate(user) else None

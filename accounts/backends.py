from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User


class AuthenticationBackend(AllauthBackend):
    """Logs in by user name or e-mail, and loads whoever is logged in together with the avatar every page shows."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("avatar").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

"""Links that let somebody turn mail off without logging in: signed, for one person and one kind of mail."""

from django.core import signing
from django.urls import reverse

from core.errors import NotFound

_SALT = "notifications.unsubscribe"
MAIL, DIGEST, MERCHANT = "mail", "digest", "merchant"
"""All notifications by mail; the digest; announcements of one merchant ("merchant:5") by mail and push."""


def unsubscribe_path(user_id: int, scope: str) -> str:
    return reverse("notifications:unsubscribe", args=[signing.Signer(salt=_SALT).sign_object([user_id, scope])])


def read(token: str) -> tuple[int, str]:
    """Whose, and what for. Raises `NotFound` for whatever this site did not sign."""
    try:
        user_id, scope = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound("bad_token", "") from error
    return int(user_id), str(scope)

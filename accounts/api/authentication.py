"""Who is calling: a bearer token, or the session of the site's own pages."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as BaseSessionAuthentication
from rest_framework.request import Request

from accounts.models import BearerToken, User
from core.prepared import Prepared

_NOTED_EVERY = timedelta(minutes=5)


_tokens = Prepared(
    lambda any_: (
        BearerToken.objects.select_related("user")
        .defer("digest", "created_at", "user__last_login", "user__nickname_key", "user__time_zone_changed_at")
        .filter(digest=any_.digest, user__is_active=True)
    ),
    "digest",
)


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`. One query, and one more every five minutes to note that the token is in use.

    An unknown or revoked token and the token of a closed account get the same 401, code `invalid_token`.
    """

    def authenticate(self, request: Request) -> tuple[User, BearerToken] | None:
        scheme, _space, rest = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        digest = BearerToken.digest_of(rest.strip().decode("latin-1"))
        token: BearerToken | None = _tokens.first(digest=digest)
        if token is None:
            raise exceptions.AuthenticationFailed(_("This token is not valid (any more)."), code="invalid_token")
        now = timezone.now()
        if token.last_used_at is None or token.last_used_at < now - _NOTED_EVERY:
            unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
            BearerToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(BaseSessionAuthentication):
    """The session of somebody logged in to the pages; writing needs their CSRF token too."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise exceptions.PermissionDenied(
                _("The CSRF token is missing or out of date. Send it as X-CSRFToken, or use a bearer token."),
                code="csrf_failed",
            ) from None

"""Log-in for programs: a user name or e-mail address and a password for a bearer token."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import tries
from accounts.actions import second_factor, tokens
from accounts.api.authentication import BearerAuthentication
from accounts.models import BearerToken

FAILURES_PER_ADDRESS = 50
WINDOW_SECONDS = 15 * 60


class LogInSerializer(serializers.Serializer[Any]):
    login = serializers.CharField(max_length=254, help_text="User name or e-mail address")
    password = serializers.CharField(max_length=1000, trim_whitespace=False, style={"input_type": "password"})

    code = serializers.CharField(
        max_length=20,
        required=False,
        default="",
        allow_blank=True,
        help_text="For accounts with a second factor: what the authenticator app shows, or a recovery code",
    )


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Send it as `Authorization: Bearer <token>`; it is shown only once.")


class TokenView(APIView):
    """Get a token, or make the one you hold useless."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        # A session or an old token says nothing about who is logging in.
        return [BearerAuthentication()] if self.request and self.request.method == "DELETE" else []

    def get_permissions(self) -> list[Any]:
        return [IsAuthenticated()] if self.request and self.request.method == "DELETE" else [AllowAny()]

    def get_authenticate_header(self, request: Request) -> str:
        # A wrong password is a 401 too, though there is no authenticator to ask.
        return BearerAuthentication().authenticate_header(request)

    @extend_schema(
        operation_id="token_issue",
        summary="Log in",
        request=LogInSerializer,
        responses={201: TokenSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        form = LogInSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        login = form.validated_data["login"]
        address = _address_counter(request)
        if cache.get(address, 0) >= FAILURES_PER_ADDRESS:
            raise _too_many(WINDOW_SECONDS)
        check = _one_check(request, login)
        user = authenticate(request._request, username=login, password=form.validated_data["password"])
        if user is None or not user.is_active:
            _count(address)
            raise exceptions.AuthenticationFailed(
                _("There is no such log-in with this password."), code="wrong_credentials"
            )
        if second_factor.is_on(user) and not second_factor.accepts(user=user, code=form.validated_data["code"]):
            if form.validated_data["code"]:
                _count(address)
            else:
                check.rollback()
            raise exceptions.AuthenticationFailed(
                _("This account has a second factor: send the code of the app as “code” too."),
                code="second_factor_required",
            )
        check.rollback()
        return Response(
            {"token": tokens.issue(user=user)},
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )

    @extend_schema(operation_id="token_revoke", summary="Log out", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        if isinstance(request.auth, BearerToken):
            tokens.revoke(token=request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _one_check(request: Request, login: str) -> ratelimit.RateLimitUsage:
    """Take one of the checks a name has, whether or not there is such a name; whoever gets in gives it back."""
    taken = tries.take(request._request, login)
    if taken is None:
        raise _too_many(tries.SECONDS)
    return taken


def _address_counter(request: Request) -> str:
    return f"token-failures:address:{get_adapter().get_client_ip(request._request)}"


def _count(counter: str) -> None:
    cache.add(counter, 0, WINDOW_SECONDS)
    cache.incr(counter)


def _too_many(seconds: int) -> exceptions.Throttled:
    return exceptions.Throttled(wait=seconds, detail=_("Too many failed attempts."), code="too_many_attempts")

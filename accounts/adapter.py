from typing import Any
from unicodedata import normalize

from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts import region
from accounts.actions import consents, devices, people
from accounts.browsers import label_of
from accounts.events import ProfileChanged
from core.events import record

DEVICE_COOKIE = "device"


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks this project."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new account gets the nickname asked for, else one made from the user name that nobody has."""
        user = super().save_user(request, user, form, commit=False)
        user.nickname = form.cleaned_data.get("nickname") or people.free_nickname(username=user.username)
        if commit:
            user.save()
            consents.agree(user=user, version=settings.AGREEMENT_VERSION)
            record(ProfileChanged(user_id=user.pk))
        return user

    def post_login(self, request: HttpRequest, user: Any, *, signup: bool, **rest: Any) -> HttpResponse:
        """A browser not seen before is told of by mail; of the session's address only the coarse part is kept."""
        response: HttpResponse = super().post_login(request, user, signup=signup, **rest)
        token = devices.recognize(
            user=user,
            token=request.COOKIES.get(DEVICE_COOKIE, "")[:64],
            label=label_of(request.headers.get("User-Agent", "")[:500]),
            place=region.region_of_request(request),
            is_new_account=signup,
        )
        response.set_cookie(
            DEVICE_COOKIE,
            token,
            max_age=devices.KEEP_DAYS * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        address = region.trimmed(self.get_client_ip(request) or "")
        UserSession.objects.filter(session_key=request.session.session_key).update(ip=address)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Under which the tries with one name are counted: the same for every address of this site and for however the
        name is written."""
        name = str(credentials.get("email") or credentials.get("username") or "")
        return normalize("NFKC", name).strip().casefold()

    def is_safe_url(self, url: str) -> bool:
        """allauth's own answer; an address that cannot be read at all ("http://[") leads nowhere."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever asked to close their account is shown the way back first."""
        if getattr(request.user, "closing_at", None):
            return reverse("accounts:data")
        if getattr(request.user, "agreed_version", 0) < settings.AGREEMENT_VERSION:
            return reverse("accounts:agree")
        return super().get_login_redirect_url(request)


def display_name(user: Any) -> str:
    return user.nickname

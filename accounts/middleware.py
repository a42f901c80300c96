"""Who is here: the last time somebody was seen, kept up to date at the price of one write a minute."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.actions import second_factor
from accounts.models import User
from accounts.region import region_of_request
from accounts.viewer import View, look_ahead

SEEN_SECONDS = 60


class LastSeenMiddleware:
    """Moves `User.last_seen_at` on and notes the region (never the address), at most every SEEN_SECONDS a person.

    Looks only at a person the view has asked for anyway, and asks the cache only if their mark is old: two requests at
    the same moment write once. Without a cache both write.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person = getattr(request, "_cached_user", None)  # set when request.user was looked at
        if isinstance(person, User):
            now = timezone.now()
            if person.last_seen_at < now - timedelta(seconds=SEEN_SECONDS) and _is_first(person.pk):
                User.objects.filter(pk=person.pk).update(last_seen_at=now, region=region_of_request(request))
        return response


def _is_first(user_id: int) -> bool:
    try:
        return cache.add(f"seen:{user_id}", 1, SEEN_SECONDS)
    except Exception:  # the cache may be away at any time; being seen twice is no harm
        return True


class SecondFactorMiddleware:
    """No admin without a second factor, where MFA_REQUIRED_FOR_STAFF says so.

    Whoever has none is led to where one is set up; whoever has one and came in without it is asked for it.
    """

    OPEN = ("login/", "logout/", "jsi18n/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.admin) and not request.path.removeprefix(self.admin).startswith(self.OPEN):
            user = request.user
            if user.is_authenticated and user.is_staff and (elsewhere := self._elsewhere(request)):
                return HttpResponseRedirect(elsewhere)
        return self.get_response(request)

    def _elsewhere(self, request: HttpRequest) -> str:
        records = get_authentication_records(request, request.user)
        if any(record["method"] == "mfa" for record in records):
            return ""
        if second_factor.is_on(request.user):
            return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"
        if not settings.MFA_REQUIRED_FOR_STAFF:
            return ""
        messages.warning(request, _("The admin opens only with a second factor. Set one up here first."))
        return reverse("accounts:security")


class AgreementMiddleware:
    """A new version of terms and privacy notice is shown before any page, once, to whoever agreed to an old one.

    Looks only at pages people open (not at parts, forms, pictures and the API), and asks no query of its own.
    """

    OPEN = ("/me/agree/", "/terms/", "/privacy/", "/accounts/", "/me/data/", "/i18n/", "/admin/", "/api/", "/pictures/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Sequence[Any], named: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method == "GET" and self._is_page(request):
            look_ahead(view, request, *args, **named)
            agreed = getattr(request.user, "agreed_version", 0)
            if 0 < agreed < settings.AGREEMENT_VERSION:
                asked = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{reverse('accounts:agree')}?{asked}")
        return None

    def _is_page(self, request: HttpRequest) -> bool:
        is_part = request.headers.get("HX-Request") == "true"
        return settings.AGREEMENT_VERSION > 1 and not is_part and not request.path.startswith(self.OPEN)

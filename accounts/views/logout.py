"""Logging out, as allauth does it, and out of the browser as well."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpRequest, HttpResponse


class ForgetfulLogoutView(LogoutView):
    """Has the browser forget what it kept for this person: Back shows no page, and no draft is left."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs)
        if not request.user.is_authenticated:
            answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


logout = ForgetfulLogoutView.as_view()

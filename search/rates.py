"""How often one may search: by person, and for visitors by address. Pages and the API count together."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from core import rates


def count_search(request: HttpRequest) -> None:
    """Raises `TooMany` (`too_many_requests`)."""
    rates.spend("search", _who(request), most=settings.SEARCHES_PER_MINUTE)


def count_suggestions(request: HttpRequest) -> None:
    """They come while one types, so several times as many. Raises `TooMany` (`too_many_requests`)."""
    rates.spend("suggest", _who(request), most=settings.SEARCHES_PER_MINUTE * 4)


def _who(request: HttpRequest) -> str:
    if request.user.pk is not None:
        return f"person-{request.user.pk}"
    return f"address-{get_adapter().get_client_ip(request)}"

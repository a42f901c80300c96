"""Who is here: the last time somebody was seen, kept up to date at the price of one write a minute."""

from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

SEEN_SECONDS = 60


class LastSeenMiddleware:
    """Moves `User.last_seen_at` on, at most every SEEN_SECONDS a person.

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
                User.objects.filter(pk=person.pk).update(last_seen_at=now)
        return response


def _is_first(user_id: int) -> bool:
    try:
        return cache.add(f"seen:{user_id}", 1, SEEN_SECONDS)
    except Exception:  # the cache may be away at any time; being seen twice is no harm
        return True

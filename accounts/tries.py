"""How often a password may be tried for a name: five times in five minutes, through all doors together."""

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest

SECONDS = 300
_CHECKS = {"login_failed": f"5/{SECONDS}s/key"}
"""The count that the log-in page keeps too (allauth)."""


def take(request: HttpRequest, name: str) -> ratelimit.RateLimitUsage | None:
    """Take one of the checks a name has, whether or not there is such a name; None where none is left. Whoever gets in
    gives it back: `rollback()`."""
    key = get_adapter()._get_login_attempts_cache_key(request, username=name)
    return ratelimit.consume(request, app="allauth.account", action="login_failed", config=_CHECKS, key=key)

"""How often somebody may ask for what is dear to answer."""

from math import ceil
from time import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from core.errors import TooMany


def spend(what: str, who: str, *, most: int, seconds: int = 60) -> None:
    """Count one request for `what` by `who` (a person, an address) in the window of `seconds` that runs. Raises
    `TooMany` (`too_many_requests`) from the one past `most` on, until the window is over.

    Counted in the cache, in one round trip: emptied, it forgets, and everybody has a fresh window.
    """
    now = time()
    window = int(now // seconds)
    key = f"rate:{what}:{who}:{window}"
    if cache.add(key, 1, seconds):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # the window ended in between
        return
    if count > most:
        raise TooMany(
            "too_many_requests",
            _("That was a lot in a short time. Wait a minute, then try again."),
            retry_after=max(1, ceil((window + 1) * seconds - now)),
        )

"""The CSRF token of pages that are asked for all day."""

import os

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

_PLACE = {character: place for place, character in enumerate(CSRF_ALLOWED_CHARS)}


def token(request: HttpRequest) -> str:
    """As Django's `get_token`, masked anew each time, at a tenth of the price: a cookie that the browser has is not
    sent again for another year. Every other page does that.
    """
    secret = request.META.get("CSRF_COOKIE")
    return get_token(request) if secret is None else _masked(secret)


def _masked(secret: str) -> str:
    """A mask and the secret under it, as Django reads them."""
    many = len(CSRF_ALLOWED_CHARS)
    mask = [number % many for number in memoryview(os.urandom(2 * CSRF_SECRET_LENGTH)).cast("H")]
    under = [(_PLACE[character] + shift) % many for character, shift in zip(secret, mask, strict=True)]
    return "".join([CSRF_ALLOWED_CHARS[place] for place in (*mask, *under)])

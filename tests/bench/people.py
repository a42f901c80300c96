"""Logged-in people of the bench. Sessions and tokens are made directly: logging in is not what is measured."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.utils.crypto import get_random_string

from accounts.models import BearerToken, User


def cookies(user_ids: Iterable[int]) -> list[str]:
    """One `Cookie` header a person: what a browser holds after the first page, the CSRF secret too."""
    engine = import_module(settings.SESSION_ENGINE)
    found = []
    backend = ""
    for user in User.objects.filter(pk__in=list(user_ids)).order_by("pk"):
        session = engine.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        backend = backend or _backend_of(user)
        session[BACKEND_SESSION_KEY] = backend
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        secret = get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
        found.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={secret}")
    return found


def _backend_of(user: User) -> str:
    """The backend that loads people on each request."""
    loading = [path for path in settings.AUTHENTICATION_BACKENDS if hasattr(load_backend(path), "get_user")]
    return next(path for path in loading if load_backend(path).get_user(user.pk))


def bearer(user_id: int) -> str:
    """An `Authorization` header for the API."""
    token = BearerToken.generate()
    BearerToken.objects.create(user_id=user_id, digest=BearerToken.digest_of(token))
    return f"Bearer {token}"

"""Where somebody is logged in."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from accounts.models import BearerToken, User


def end(*, user: User, session_id: int) -> None:
    """Log out one browser; idempotent, and nothing happens for the session of somebody else."""
    for session in UserSession.objects.filter(user=user, pk=session_id):
        _end(session)


def end_others(*, user: User, current: str = "") -> int:
    """Log out everywhere but in the session with the key `current`, and make all tokens useless. Returns how many."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=current))
    for session in others:
        _end(session)
    BearerToken.objects.filter(user=user).delete()
    return len(others)


def _end(session: UserSession) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.delete(session.session_key)
    session.delete()

"""Where somebody is logged in."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection

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


def trim_addresses() -> None:
    """Make the addresses of all sessions coarse: three bytes of IPv4, six of IPv6."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE usersessions_usersession SET ip = host(network(set_masklen(ip, mask)))::inet "
            "FROM (VALUES (4, 24), (6, 48)) coarse (kind, mask) "
            "WHERE family(ip) = kind AND host(ip) <> host(network(set_masklen(ip, mask)))"
        )


def _end(session: UserSession) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.delete(session.session_key)
    session.delete()

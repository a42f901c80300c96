"""Sessions as Django keeps them, read together with what nearly every page asks the cache about its reader."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore as CachedDbStore

_owners: dict[str, str] = {}
"""Session → the id of the person it belongs to, of those this process has read. It only says what to read ahead:
whoever asks for it names the key."""
OWNERS_MOST = 20_000


class SessionStore(CachedDbStore):
    """Reads the keys of READ_WITH_SESSION in the round trip of the session itself, once it is known whose it is."""

    def load(self) -> dict[str, Any]:
        key = self.session_key or ""
        data: dict[str, Any] | None = None
        if (owner := _owners.get(key)) is not None:
            cache: Any = self._cache  # type: ignore[attr-defined]  # the stubs leave it out
            with suppress(Exception):  # the cache is away: so it is for the session, which then comes from Postgres
                data = cache.read_ahead(self.cache_key, [name % owner for name in settings.READ_WITH_SESSION])
        if data is None:
            data = super().load()
        if owner is None and SESSION_KEY in data:
            if len(_owners) >= OWNERS_MOST:
                _owners.clear()
            _owners[key] = data[SESSION_KEY]
        return data

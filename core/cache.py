from functools import cache
from typing import Any

from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.core.cache.backends.redis import RedisCacheClient


class _Client(RedisCacheClient):
    """Django makes a client for every call, which takes longer than the call; one per connection pool is enough."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        make: Any = self._client  # type: ignore[attr-defined]  # the stubs leave it out
        self._of_pool = cache(lambda pool: make(connection_pool=pool))

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        django: Any = super()
        return self._of_pool(django._get_connection_pool(write))


class RedisCache(DjangoRedisCache):
    """Django's own Redis cache with a client that is kept. Clients share nothing but their pool of connections."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def validate_key(self, key: str) -> None:
        """Redis takes any key; looking at each of its characters is for memcached."""

"""Fixtures every test may use. Engines and server processes come from dev.pytest_engines and dev.pytest_servers."""

import pytest


@pytest.fixture(autouse=True)
def empty_cache():
    """Each test starts with a cache that knows nothing: nobody may rely on what another test left there."""
    from django.core.cache import caches

    for cache in caches.all(initialized_only=False):
        cache.clear()

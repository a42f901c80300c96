"""Fixtures every test may use. Engines and server processes come from dev.pytest_engines and dev.pytest_servers."""

import gc

import pytest
import redis
from django.utils import timezone, translation

from dev.pytest_database import django_db_modify_db_settings  # noqa: F401 - a fixture
from tests.browsers import browser  # noqa: F401 - a fixture


def pytest_collection_finish():
    """What was imported and collected stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(autouse=True)
def empty_cache():
    """Each test starts with a cache that knows nothing: nobody may rely on what another test left there."""
    from django.core.cache import caches

    from core.parts import forget_everything

    for cache in caches.all(initialized_only=False):
        cache.clear()
    forget_everything()


@pytest.fixture(autouse=True)
def language_of_the_settings():
    """Whatever an earlier test's last request was answered in, and for whichever zone."""
    timezone.deactivate()
    translation.deactivate()


@pytest.fixture
def own_worker(start_worker, settings):
    """`start_worker` for one test: it finds no wake-ups of others, and takes no jobs of tests to come."""
    with redis.Redis.from_url(settings.BROKER_URL) as client:
        client.flushdb()
    started = []

    def start(**options):
        started.append(start_worker(**options))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()

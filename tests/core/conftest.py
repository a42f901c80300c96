import pytest
import redis

from core.jobs.registry import HANDLERS


@pytest.fixture
def own_handlers():
    """Handlers a test registers are gone again after it."""
    before = dict(HANDLERS)
    yield
    HANDLERS.clear()
    HANDLERS.update(before)


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

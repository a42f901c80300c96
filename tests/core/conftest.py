import pytest

from core.jobs.registry import HANDLERS


@pytest.fixture
def own_handlers():
    """Handlers a test registers are gone again after it."""
    before = dict(HANDLERS)
    yield
    HANDLERS.clear()
    HANDLERS.update(before)

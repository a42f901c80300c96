import random

import pytest

from accounts.identity.sandbox import invented_number


@pytest.fixture
def number() -> str:
    return invented_number(random.Random(7))

import pytest
from rest_framework.test import APIClient

from accounts.actions import tokens
from tests.factories import UserFactory


@pytest.fixture
def user():
    return UserFactory(username="lilei", nickname="李雷", email="lilei@example.org")


@pytest.fixture
def api():
    """Nobody, speaking JSON and English."""
    return APIClient(headers={"accept-language": "en"})


@pytest.fixture
def mine(user):
    """`user`, by bearer token."""
    client = APIClient(headers={"accept-language": "en"})
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user=user)}")
    return client

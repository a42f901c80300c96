"""What no form of ours sends, and somebody will: refused in words, never a failure."""

import pytest
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def client(person):
    client = Client(headers={"accept-language": "zh-hans"}, raise_request_exception=False)
    client.force_login(person)
    return client


def test_nul_that_no_field_looks_for(client):
    answer = client.post("/welcome/?step=circles", {"circle": "a\x00b"})
    assert (answer.status_code, "没能读懂" in answer.content.decode()) == (400, True)

import pytest
from django.apps import apps
from django.test import Client

from moderation.groups import make_moderators
from tests.factories import UserFactory


@pytest.fixture
def moderator(db):
    person = UserFactory(username="mod", nickname="值班员", is_staff=True)
    person.groups.add(make_moderators(apps))
    return person


@pytest.fixture
def boss(db):
    return UserFactory(username="boss", nickname="站长", is_staff=True, is_superuser=True)


@pytest.fixture
def bystander(db):
    """Staff without any permission."""
    return UserFactory(is_staff=True)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def desk(moderator):
    return signed_in(moderator)


@pytest.fixture
def boss_desk(boss):
    return signed_in(boss)

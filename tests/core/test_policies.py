"""The content security policy of every answer."""

import pytest
from django.test import Client

from core import policies
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/api/v1/circles/", "/nowhere/"])
def test_the_site_allows_nothing_from_elsewhere_and_nothing_inline(client, path):
    policy = client.get(path).headers[policies.HEADER]
    assert policy == policies.SITE
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy


def test_the_admin_alone_has_inline_scripts():
    desk = Client()
    desk.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert desk.get("/admin/login/").headers[policies.HEADER] == policies.ADMIN

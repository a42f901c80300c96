"""Every page of the app answers, in both languages, with and without somebody logged in."""

import pytest
from django.urls import reverse

from accounts import rules
from core.errors import Refused
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OPEN = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
    "account_email_verification_sent",
    "development:mail",
    "api:docs",
    "api:schema",
]
MINE = [
    "accounts:me",
    "accounts:edit_profile",
    "accounts:verify",
    "accounts:credit",
    "account_email",
    "account_change_password",
    "account_logout",
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", OPEN)
def test_open_pages(client, name, language):
    assert client.get(reverse(name), headers={"accept-language": language}).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", MINE)
def test_my_pages(client, name, language):
    assert (
        client.get(reverse(name), headers={"accept-language": language}).status_code == 302 or name == "account_email"
    )
    client.force_login(UserFactory())
    answer = client.get(reverse(name), headers={"accept-language": language})
    assert answer.status_code == 200
    used = {template.name for template in answer.templates if template.name}
    assert not [template for template in used if template.startswith("allauth/")], "one of allauth's own pages"


def test_a_profile_is_for_everybody(client):
    person = UserFactory(username="li.lei", nickname="李雷", bio="<b>跑步</b>")
    page = client.get(person.get_absolute_url())
    assert page.status_code == 200
    assert "&lt;b&gt;跑步" in page.content.decode()


@pytest.mark.parametrize("username", ["nobody", "a%00b", "x" * 3000, "%ED%A0%80"])
def test_no_such_person(client, username):
    assert client.get(f"/people/{username}/").status_code in (400, 404)


def test_a_closed_account_has_no_profile(client):
    assert client.get(UserFactory(is_active=False).get_absolute_url()).status_code == 404


def test_a_refusal_shows_the_way_to_verification(rf):
    """Whoever may read but not write yet is led to the page that changes it, and back."""
    from core.http import DomainErrorMiddleware

    request = rf.post("/circles/coffee/join/", {"next": "/circles/coffee/"}, headers={"accept-language": "en"})
    request.user, request.htmx = UserFactory(verified_at=None), False
    try:
        rules.can_write(request.user).require()
    except Refused as refused:
        answer = DomainErrorMiddleware(lambda request: None).process_exception(request, refused)
    assert answer.status_code == 403
    assert f'href="{reverse("accounts:verify")}?next=/circles/coffee/"' in answer.content.decode()

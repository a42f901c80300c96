"""A passkey from its making to its end, with an authenticator that Chromium plays itself."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.e2e.test_care import give_password, log_in
from tests.factories import UserFactory

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def live_site(live_site):
    """Under a name: browsers make no passkeys for a number."""
    return live_site.replace("127.0.0.1", "localhost")


def test_adding_one_logging_in_with_it_alone_and_removing_it(new_page):
    user = UserFactory(username="wanderer", nickname="山野小林")
    page = new_page()
    main = page.locator("main")
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    log_in(page)
    page.goto("/me/security/")
    page.get_by_role("link", name="Add a passkey").click()
    give_password(page)
    page.fill('[name="name"]', "我的手机")
    expect(page.get_by_label("Log in with it alone, without a password")).to_be_checked()
    page.get_by_role("button", name="Add it").click()
    expect(main.locator(".codes li")).to_have_count(10)
    assert {one.type for one in Authenticator.objects.filter(user=user)} == {"webauthn", "recovery_codes"}

    page.goto("/accounts/logout/")
    main.get_by_role("button", name="Log out").click()
    page.wait_for_url("/")
    page.goto("/me/security/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(re.compile(r"^[^?]*/me/security/$"))
    expect(main).to_contain_text("我的手机")

    page.get_by_role("link", name="Remove").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/remove/")
    expect(main).to_contain_text("“我的手机” will no longer open your account.")
    main.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/accounts/2fa/webauthn/")
    assert not Authenticator.objects.filter(user=user, type="webauthn").exists()

    # It opens nothing any more, and the page says so.
    page.goto("/accounts/logout/")
    main.get_by_role("button", name="Log out").click()
    page.wait_for_url("/")
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator("#toasts")).to_contain_text("This passkey opens no account here.")
    expect(page).to_have_url(re.compile("/accounts/login/"))

"""Account care as people do it: a second factor, all one's data as a file, and leaving."""

import re
import zipfile

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from accounts.models import Closing, DataExport, User
from tests.factories import MembershipFactory, PostFactory, UserFactory

PASSWORD = "quanzi-test"


@pytest.fixture
def person(live_worker):
    """A member of a circle who wrote something."""
    user = UserFactory(username="wanderer", nickname="山野小林")
    PostFactory(author=user, circle=MembershipFactory(user=user).circle, body="日出之前就在山顶等着")
    return user


def log_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill('[name="login"]', "wanderer")
    page.fill('[name="password"]', PASSWORD)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()


def give_password(page: Page) -> None:
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.fill('[name="password"]', PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_setting_up_a_second_factor_and_logging_in_with_it(new_page, person):
    page = new_page()
    log_in(page)
    page.goto("/me/")
    page.get_by_role("link", name=re.compile("Logging in safely")).click()
    page.get_by_role("link", name="Set up").click()
    give_password(page)
    secret = page.locator(".secret").inner_text()

    def code() -> str:
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    page.fill('[name="code"]', code())
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()

    other = new_page()
    log_in(other)
    expect(other.get_by_role("heading", name="One more step")).to_be_visible()
    other.fill('[name="code"]', recovery)
    other.locator("main").get_by_role("button", name="Log in").click()
    other.wait_for_url("/")

    # The first browser sees the second, and ends it.
    page.goto("/me/security/")
    page.get_by_role("button", name="Log out everywhere else").click()
    expect(page.get_by_text("You are logged out everywhere but here.")).to_be_visible()
    other.goto("/me/")
    expect(other).to_have_url(re.compile("/accounts/login/"))


def test_taking_everything_along(new_page, person, tmp_path):
    page = new_page()
    log_in(page)
    page.goto("/me/data/")
    page.get_by_role("button", name="Put my data together").click()
    give_password(page)
    page.wait_for_url("**/me/data/")
    for _try in range(60):
        if page.get_by_role("link", name="Fetch").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch").click()
    path = tmp_path / "mine.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as file:
        assert "日出之前就在山顶等着" in file.read("posts.json").decode()
        assert "日出之前就在山顶等着" in file.read("index.html").decode()
        file.extractall(tmp_path / "mine")
    assert DataExport.objects.get().byte_count == path.stat().st_size


@pytest.mark.parametrize("javascript", [True, False])
def test_leaving_and_coming_back(new_page, person, javascript):
    page = new_page(javascript=javascript)
    log_in(page)
    page.goto("/me/data/")
    page.get_by_role("link", name="Close my account…").click()
    give_password(page)
    page.get_by_label("They go: words, photos and all").check()
    page.get_by_role("button", name="Close my account").click()
    expect(page.get_by_text("Your account is closed on")).to_be_visible()
    assert Closing.objects.get().words == "delete"

    # Days later, on another device: the way back is the first thing they see.
    other = new_page(javascript=javascript)
    log_in(other)
    other.wait_for_url("**/me/data/")
    other.get_by_role("button", name="I stay").click()
    expect(other.get_by_text("Good to have you.")).to_be_visible()
    assert User.objects.get(username="wanderer").closing_at is None
    assert not Closing.objects.exists()

"""Verifying in a browser by each kind of provider, and reading afterwards what is known and who looked."""

import re
import sys
import urllib.request
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from accounts.actions import identity
from accounts.identity.sandbox import invented_number
from accounts.models import IdentityCheck, LegalIdentity, User
from core.jobs.sweeping import sweep
from dev.pytest_servers import LiveProcess
from dev.valkey import free_port
from moderation.actions import identities
from tests.accounts.identity.alipay_stand_in import StandIn
from tests.factories import UserFactory

PROVIDERS = (
    "sandbox.SandboxProvider",
    "sandbox.SandboxCallbackProvider",
    "manual.ManualProvider",
    "alipay.AlipayProvider",
)
NAME = "测试甲"


@pytest.fixture(scope="module")
def stand_in():
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def surroundings(server_environment, stand_in, port):
    providers = ",".join(f"accounts.identity.{path}" for path in PROVIDERS)
    site = f"http://127.0.0.1:{port}"
    return {**server_environment, **stand_in.environment(), "IDENTITY_PROVIDER": providers, "SITE_URL": site}


@pytest.fixture(scope="module")
def live_site(surroundings, port, tmp_path_factory):
    """A site of its own: it offers all providers, and Alipay is the stand-in."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "2", "--no-ws", "config.wsgi:application"]
    site = LiveProcess(command, tmp_path_factory.mktemp("site") / "site.log", surroundings)
    address = surroundings["SITE_URL"]

    def answers():
        try:
            with urllib.request.urlopen(f"{address}/livez", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    site.wait_until(answers)
    yield address
    site.stop()


@pytest.fixture
def arrive(new_page):
    """A fresh account, logged in, at the page to verify."""

    def go(name, **options):
        UserFactory(username=name, nickname=name, verified_at=None)
        page = new_page(**options)
        page.goto("/accounts/login/")
        page.fill('[name="login"]', name)
        page.fill('[name="password"]', "quanzi-test")
        page.locator("main").get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url("/")
        page.goto("/me/verify/")
        return page

    return go


def fill(page, name=NAME):
    page.fill('[name="name"]', name)
    page.fill('[name="number"]', invented_number())


def document():
    out = BytesIO()
    Image.new("RGB", (800, 500), "#88aacc").save(out, "JPEG")
    return {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_at_once_and_then_what_is_known(arrive):
    page = arrive("instant")
    fill(page, "不符小明")
    page.get_by_role("button", name="Verify me").click()
    expect(page.locator("main")).to_contain_text("We could not verify you with this name and number.")
    fill(page)
    page.get_by_role("button", name="Verify me").click()
    page.wait_for_url("/me/")
    expect(page.locator("body")).to_contain_text("You are verified. Welcome!")
    boss = UserFactory(username="boss", nickname="值班员", is_staff=True, is_superuser=True)
    identities.reveal(actor=boss, record=LegalIdentity.objects.get(user__username="instant"), reason="有人举报冒名")
    page.locator("main").get_by_role("link", name=re.compile("^Privacy")).click()
    expect(page.locator("main")).to_contain_text("值班员")
    expect(page.locator("main")).to_contain_text("有人举报冒名")
    assert NAME not in page.content()


def test_called_back(arrive, surroundings, start_worker):
    names = ("SITE_URL", "IDENTITY_PROVIDER", "OUTBOUND_LOCAL_HOSTS")
    worker = start_worker(queues="media,notify", concurrency=1, **{name: surroundings[name] for name in names})
    try:
        page = arrive("patient")
        page.get_by_role("link", name="Within a minute").click()
        fill(page)
        page.get_by_role("button", name="Verify me").click()
        expect(page.locator("main")).to_contain_text("One moment, we are asking")
        # Beat is not running: what is due is woken by the test. The page then notices by itself.
        page.wait_for_timeout(2500)
        sweep()
        page.wait_for_url("/me/", timeout=30_000)
        expect(page.locator("body")).to_contain_text("You are verified. Welcome!")
    finally:
        worker.stop()


def test_by_photos_and_people(arrive):
    page = arrive("careful", javascript=False)
    page.get_by_role("link", name="With photos of my document").click()
    fill(page)
    page.set_input_files('[name="photos"]', [document(), document()])
    page.get_by_role("button", name="Verify me").click()
    expect(page.locator("main")).to_contain_text("We are looking at it")
    identity.approve(check=IdentityCheck.objects.get(), by=UserFactory(is_staff=True))
    page.goto("/me/verify/")
    expect(page.locator("main")).to_contain_text("There is nothing left to do")


@pytest.mark.parametrize(
    ("link", "said"), [("pass", "You are verified. Welcome!"), ("fail", "We could not verify you")]
)
def test_with_alipay(arrive, link, said):
    page = arrive(f"alipay{link}")
    page.get_by_role("link", name="With Alipay").click()
    fill(page)
    page.get_by_role("button", name="Verify me").click()
    expect(page.locator("main")).to_contain_text("Alipay asks you to show your face")
    page.get_by_role("link", name="Open Alipay").click()
    page.get_by_role("link", name=link).click()
    page.wait_for_url(re.compile("/me/"))
    expect(page.locator("body")).to_contain_text(said)
    assert User.objects.get(username=f"alipay{link}").is_verified is (link == "pass")

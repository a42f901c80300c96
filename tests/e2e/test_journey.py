"""The main job of the product, start to end, as five people in five browsers."""

import re
import time
import uuid

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from accounts.identity.sandbox import invented_number
from circles.actions import memberships
from merchants.actions import applications, fans
from tests.factories import CategoryFactory, CircleFactory, UserFactory

PASSWORD = "quanzi-test"
WORDS = "第一次来西湖边拍日出,等了一个小时,值得。"
BODY = '[name="body"]'


@pytest.fixture
def photos(tmp_path):
    """Three JPEG files of different colours."""
    paths = []
    for number, colour in enumerate(("#f4a261", "#2a9d8f", "#264653")):
        image = Image.new("RGB", (1200, 900), colour)
        ImageDraw.Draw(image).ellipse((400, 250, 800, 650), fill="#e9c46a")
        paths.append(tmp_path / f"photo-{number}.jpg")
        image.save(paths[-1], quality=85)
    return paths


@pytest.fixture
def community(live_worker):
    """A circle with one member, a merchant both people follow, and an admin."""
    circle = CircleFactory(slug="photography", name="摄影", rules="只发自己拍的照片。")
    friend = UserFactory(username="friend", nickname="山野小林")
    memberships.join(user=friend, circle=circle)
    shopkeeper = UserFactory(username="shopkeeper", nickname="店长阿青")
    admin = UserFactory(username="boss", nickname="值班管理员", is_staff=True, is_superuser=True)
    merchant = applications.apply(
        applicant=shopkeeper,
        name="青禾咖啡",
        licence_number="91350211M000100Y46",
        intro="街角的小店",
        category=CategoryFactory(),
    )
    merchant = applications.approve(merchant=merchant, by=admin)
    fans.follow(user=friend, merchant=merchant)
    return {"circle": circle, "merchant": merchant}


def log_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.fill('[name="login"]', name)
    page.fill('[name="password"]', PASSWORD)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("/")


def until(page: Page, path: str, sees: str, *, gone: bool = False, patience: float = 20) -> float:
    """Load `path` until it shows `sees` (or no more); returns the seconds it took."""
    started = time.monotonic()
    while True:
        page.goto(path)
        if (sees in page.locator("main").inner_text()) is not gone:
            return time.monotonic() - started
        assert time.monotonic() - started < patience, f"{path} never {'lost' if gone else 'showed'} {sees!r}"
        page.wait_for_timeout(200)


def test_from_sign_up_to_a_hidden_post(new_page, community, photos):
    # Somebody new signs up, and shows that they are real.
    newcomer = new_page()
    newcomer.goto("/accounts/signup/")
    newcomer.fill('[name="username"]', "newcomer")
    newcomer.fill('[name="email"]', "newcomer@example.org")
    newcomer.fill('[name="password1"]', "a long and winding pass phrase")
    newcomer.check('[name="agree"]')
    newcomer.locator("main").get_by_role("button", name="Sign up").click()
    newcomer.wait_for_url("/welcome/")
    newcomer.goto("/circles/photography/")
    newcomer.locator("main").get_by_role("link", name=re.compile("[Vv]erif")).first.click()
    newcomer.fill('[name="name"]', "测试甲")
    newcomer.fill('[name="number"]', invented_number())
    newcomer.get_by_role("button", name="Verify me").click()
    newcomer.wait_for_url("/circles/photography/")

    # They join a circle and post three photos.
    newcomer.get_by_role("button", name="Join").first.click()
    expect(newcomer.get_by_role("button", name="Joined").first).to_be_visible()
    newcomer.goto("/circles/photography/post/")
    newcomer.fill(BODY, WORDS)
    newcomer.set_input_files("[data-photo-input]", photos)
    expect(newcomer.locator("[data-tile]:not(.tile--busy) img")).to_have_count(3)
    newcomer.get_by_role("button", name="Publish").click()
    newcomer.wait_for_url(re.compile(r"/(posts/\d+|circles/photography)/"))
    expect(newcomer.locator("main")).to_contain_text(WORDS)

    # A second person finds it in home, and comments.
    friend = new_page()
    log_in(friend, "friend")
    until(friend, "/", WORDS)
    card = friend.locator("article", has_text=WORDS)
    shown = card.locator(".photos img")
    expect(shown).to_have_count(3)
    picture_path = shown.first.get_attribute("src")
    card.get_by_role("link", name=re.compile("omment")).first.click()
    friend.wait_for_url(re.compile(r"/posts/\d+/"))
    post_path = re.search(r"/posts/\d+/", friend.url).group()
    friend.fill("#comment-body", "这束光真好看!")
    friend.get_by_role("button", name="Send").click()
    expect(friend.locator("#comments")).to_contain_text("#1")
    expect(friend.locator("#comments")).to_contain_text("这束光真好看!")
    for counts in ("#comment-count", '.post__action[href$="#comments"] .tabular'):
        expect(friend.locator(counts)).to_have_text("1")

    # The first is told.
    until(newcomer, "/inbox/", "山野小林")
    expect(newcomer.locator("main")).to_contain_text("这束光真好看!")

    # The newcomer follows a merchant; it announces; both see it in home and inbox.
    newcomer.goto(f"/merchants/{community['merchant'].slug}/")
    newcomer.get_by_role("button", name="Follow").first.click()
    expect(newcomer.get_by_role("button", name="Following").first).to_be_visible()
    shopkeeper = new_page(width=1280, height=900)
    log_in(shopkeeper, "shopkeeper")
    news = f"周六上新:桂花拿铁 {uuid.uuid4().hex[:6]}"
    shopkeeper.goto(f"/merchants/{community['merchant'].slug}/announce/")
    shopkeeper.fill(BODY, news)
    announce(shopkeeper)
    for person in (newcomer, friend):
        until(person, "/", news)
        until(person, "/inbox/", news)

    # An admin hides the post: gone everywhere, for everybody.
    assert newcomer.request.get(f"/api/v1{post_path}").status == 200
    assert friend.request.get(picture_path).status == 200
    admin = new_page(width=1280, height=900)
    log_in(admin, "boss")
    hide(admin, post_path)
    until(friend, "/", WORDS, gone=True)
    until(friend, "/circles/photography/", WORDS, gone=True)
    for person in (friend, newcomer):
        assert person.request.get(post_path).status == 404
        assert person.request.get(f"/api/v1{post_path}").status == 404
        home = person.request.get("/api/v1/home/").text()
        assert WORDS not in home
        assert news in home
        until(person, "/inbox/", "这束光真好看!", gone=True)
    assert new_page().request.get(picture_path).status == 404


def announce(page: Page) -> None:
    """Send the announcement that is written, past the question how many fans it reaches."""
    page.get_by_role("button", name="Next: check it").click()
    expect(page.locator("main")).to_contain_text("2 fans")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    page.wait_for_url(re.compile(r"/merchants/[^/]+/$"))


def hide(page: Page, post_path: str) -> None:
    """Hide a post in the admin, with a reason."""
    change = f"/admin/circles/post/{re.search(r'[0-9]+', post_path).group()}/change/"
    page.goto(change)
    page.get_by_role("link", name="Hide").first.click()
    page.fill('[name="reason"]', "不符合圈规")
    page.get_by_role("button", name="Hide").click()
    page.wait_for_url(change)

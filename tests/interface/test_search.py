"""Searching on a phone: suggestions while one types, Chinese and pinyin, and what a hidden circle keeps to itself."""

from urllib.parse import quote

import pytest

from circles.actions import gates
from search.actions import indexing
from search.engine import Index
from tests.factories import CircleFactory, PostFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("heavy")]


def test_searching_on_a_phone(surfer):
    circle = CircleFactory(name="书法圈", slug="shufa")
    secret = CircleFactory(name="书法密室", slug="secret")
    open_post, hidden_post = (
        PostFactory(circle=place, body=body, body_html=f"<p>{body}</p>")
        for place, body in ((circle, "今天的書法練習"), (secret, "密室里的书法练习"))
    )
    gates.set_visibility(circle=secret, visibility="hidden")
    for index in (Index.POSTS, Index.CIRCLES):
        indexing.everything(index)
    surf = surfer()
    surf.become(UserFactory())
    surf.open("/search/")
    page, field = surf.page, surf.page.locator("#search-words")

    field.press_sequentially("shufa", delay=5)
    suggested = page.locator(".suggest__item")
    suggested.first.wait_for()
    assert suggested.locator(".suggest__name").all_inner_texts() == ["书法圈", "搜帖子“shufa”"]
    field.press("ArrowDown")
    assert suggested.first.evaluate("item => item === document.activeElement")
    page.keyboard.press("Escape")
    assert field.evaluate("field => field === document.activeElement")
    assert suggested.count() == 0

    field.fill("书法练习")
    surf.path = f"/search/?q={quote('书法练习')}&since=&kind="
    field.press("Enter")
    hit = page.locator(".hit")
    hit.first.wait_for()
    assert hit.count() == 1
    assert hit.locator("mark").all_inner_texts() == ["書法練習"]
    assert hit.locator(".hit__words").get_attribute("href") == open_post.get_absolute_url()
    assert "密室" not in page.content()

    for asked in ("密室", f'"{hidden_post.body}"', "shufamishi"):
        surf.open(f"/search/?q={asked}")
        assert page.locator(".hit").count() == 0
        assert "书法密室" not in page.content()
    assert page.locator(".empty__title").is_visible()
    surf.open("/search/")
    assert page.locator("[data-history-list] a").all_inner_texts()[-1] == "书法练习"

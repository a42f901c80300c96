"""校园日记 in a browser: be refused with the reason, prove to be a student, post. On a phone, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import EmailProof, FactKind, Institution, InstitutionDomain, User
from circles.actions import gates, memberships
from circles.gates.language import parse
from circles.models import Post
from tests.e2e.test_journey import log_in
from tests.factories import CircleFactory, PostFactory, UserFactory


@pytest.fixture
def diary():
    school = Institution.objects.create(
        slug="yunlu", kind=Institution.Kind.SCHOOL, name="云麓大学", name_en="Yunlu University", is_issuer=True
    )
    InstitutionDomain.objects.create(institution=school, domain="stu.yunlu.example", kind=FactKind.STUDENT)
    circle = CircleFactory(slug="campus-diary", name="校园日记")
    either = {"any": [{"fact": "student"}, {"credit": 750}]}
    wanted = {"post": parse({"fact": "student"}), "comment": parse(either), "like": parse({"verified": True})}
    gates.set_gates(actor=circle.owner, circle=circle, wanted=wanted)
    PostFactory(circle=circle, author=circle.owner, body="银杏黄了。")
    user = UserFactory(username="reader", nickname="读者")
    memberships.join(user=user, circle=circle)
    User.objects.filter(pk=user.pk).update(credit=700)
    return circle


@pytest.mark.parametrize("javascript", [True, False])
def test_refused_with_the_reason_then_a_student_posts(new_page, diary, javascript):
    page = new_page(javascript=javascript)
    main = page.locator("main")
    log_in(page, "reader")

    page.goto("/circles/campus-diary/")
    expect(main).to_contain_text("Students may post.")
    expect(main).to_contain_text("You are not verified as a student.")
    expect(main).not_to_contain_text("Share something…")

    page.goto(Post.objects.get().get_absolute_url())
    expect(main).to_contain_text("Students, or people with a conduct credit of 750 and more, may comment.")
    expect(main).to_contain_text("Your conduct credit is 700; 750 are needed, 50 more.")
    expect(page.locator("#comment-body")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Like")).first.click()
    expect(page.locator(".like").first).to_contain_text("1")

    # The way the page shows: the school's e-mail.
    page.goto(Post.objects.get().get_absolute_url())
    page.get_by_role("link", name="Add this fact").click()
    page.fill('[name="address"]', "reader@stu.yunlu.example")
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/me/facts/prove/code/")
    page.fill('[name="code"]', EmailProof.objects.get().code())
    page.get_by_role("button", name="That is it").click()
    page.wait_for_url("**/me/facts/")
    expect(main).to_contain_text("Yunlu University")

    page.goto("/circles/campus-diary/post/")
    page.fill('[name="body"]', "今天我也来写一篇。")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/(posts/\d+|circles/campus-diary)/"))
    expect(main).to_contain_text("今天我也来写一篇。")


def test_an_owner_sets_a_gate_on_a_phone(new_page, diary):
    User.objects.filter(pk=diary.owner_id).update(username="owner")
    page = new_page(width=390, javascript=False, dark=True)
    log_in(page, "owner")
    page.goto("/circles/campus-diary/gates/")
    page.get_by_role("link", name=re.compile("Set join")).click()
    page.get_by_role("link", name="Students and graduates").click()
    expect(page.locator("main")).to_contain_text("Students, or graduates, may join.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/circles/campus-diary/gates/")
    expect(page.locator("main")).to_contain_text("Students, or graduates, may join.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

"""Who reads nothing but the screen founds a circle, sets its gate, invites by QR, runs an event and features it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from circles.models import Circle, Invitation
from tests.e2e.test_journey import log_in
from tests.factories import CategoryFactory, UserFactory


@pytest.fixture
def people():
    CategoryFactory(name_en="Outdoors")
    return UserFactory(username="founder"), UserFactory(username="guest", nickname="新朋友")


def tall_photo():
    held = BytesIO()
    Image.new("RGB", (200, 600), "seagreen").save(held, "PNG")
    return held.getvalue()


def test_reading_nothing_but_the_screen(new_page, people):
    page = new_page(width=390)
    main = page.locator("main")
    log_in(page, "founder")

    page.goto("/circles/")
    page.get_by_role("link", name="Found a circle").first.click()
    page.get_by_label("Name").fill("晨跑团")
    page.get_by_label("Introduction").fill("每天六点，河边见。")
    page.locator("[name=avatar]").set_input_files({"name": "tall.png", "mimeType": "image/png", "buffer": tall_photo()})
    page.get_by_role("button", name="Found it").click()
    expect(main).to_contain_text("First steps")
    expect(page.locator(".hero .avatar__img")).to_have_js_property("complete", True)
    shown, frame = (page.locator(f".hero {name}").bounding_box() for name in (".avatar__img", ".avatar"))
    assert shown == frame  # however tall the picture is

    # Its gate, from the list of what to do first.
    page.get_by_role("link", name=re.compile("^Set a gate")).click()
    page.get_by_role("link", name="Set post").click()
    page.locator(".gate-templates a").first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Change post")).to_be_visible()
    page.locator(".topbar").get_by_role("link", name="Back").click()

    # All of the long menu can be reached on a phone, and it invites.
    page.locator("summary", has_text="More about this circle").click()
    box = page.locator(".menu[open] .menu__list").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 844
    page.get_by_role("link", name="Invite", exact=True).click()
    page.get_by_label("Note").fill("河边的海报")
    page.get_by_role("button", name="Make an invitation").click()
    expect(page.locator(".invite__code svg")).to_be_visible()
    address = page.locator(".invite__link a").get_attribute("href")

    guest = new_page(width=390)
    log_in(guest, "guest")
    guest.goto(address)
    guest.get_by_role("button", name="Join").click()
    expect(guest.locator("main")).to_contain_text("晨跑团")
    assert Invitation.objects.get().use_count == 1

    # An event: from the circle to the composer, and there another kind of post.
    page.locator(".topbar").get_by_role("link", name="Back").click()
    page.get_by_role("link", name=re.compile("^Write the first post")).click()
    page.get_by_role("button", name="Event").click()
    page.get_by_placeholder("Name of the event").fill("周六长跑")
    page.get_by_label("Begins").fill((timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT06:00"))
    page.get_by_label("Place", exact=True).fill("南岸码头")
    page.get_by_role("button", name="Publish").click()
    expect(main).to_contain_text("周六长跑")

    circle = Circle.objects.get()
    guest.goto(circle.get_absolute_url())
    guest.get_by_role("button", name="Sign up").click()
    expect(guest.locator("main")).to_contain_text("You have a place")

    page.goto(circle.get_absolute_url())
    page.locator("article .menu summary").first.click()
    page.locator("article .menu[open]").get_by_role("button", name="Feature", exact=True).click()
    page.goto(f"{circle.get_absolute_url()}?tab=featured")
    expect(main).to_contain_text("周六长跑")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

"""The pages of daily life: strip, levels, my day, and the API by the same actions."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from circles.models import Circle, Membership
from core.parts import forget_everything
from daily.models import SignIn
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    row = MembershipFactory(circle=CircleFactory(slug="photo"))
    client.force_login(row.user)
    return row


def page(client, path="/circles/photo/", **headers):
    response = client.get(path, headers={"accept-language": "en", **headers})
    assert response.status_code == 200
    return response.content.decode()


def test_one_press_on_the_circle_page_signs_in(client, member):
    assert 'formaction="/circles/photo/sign-in/"' in page(client)
    answer = client.post(
        "/circles/photo/sign-in/", {"part": "strip"}, headers={"HX-Request": "true", "accept-language": "en"}
    )
    assert 'id="day"' in answer.content.decode()
    assert "Signed in" in answer.content.decode()
    assert 'formaction="/circles/photo/sign-in/"' not in page(client)
    again = client.post("/circles/photo/sign-in/", headers={"referer": "http://testserver/circles/photo/"})
    assert again.status_code == 302
    assert SignIn.objects.count() == 1
    assert "Lv." in page(client, "/circles/photo/daily/")


def test_guests_and_strangers_see_levels_and_no_button(client, member):
    for person in (None, UserFactory()):
        client.logout()
        if person:
            client.force_login(person)
        assert "sign-in/" not in page(client)
        html = page(client, "/circles/photo/daily/")
        assert "from 18000 points" in html
        assert "sign-in/" not in html
    refused = client.post("/circles/photo/sign-in/", headers={"accept-language": "en"})
    assert refused.status_code == 403
    assert not SignIn.objects.exists()


def test_a_circle_of_pseudonyms_shows_nothing_of_it(client, member):
    Membership.objects.filter(pk=member.pk).update(points=500, grade=8)
    Circle.objects.update(masks_authors=True)
    PostFactory(circle=member.circle, author=member.user)
    for path in ("/circles/photo/", "/circles/photo/daily/"):
        html = page(client, path)
        assert 'class="level' not in html
        assert "sign-in/" not in html
    assert "Nothing is counted here" in html


def test_the_level_stands_beside_the_name_and_follows_it(client, member):
    """Cards and floors are kept: what they show of the level lies in their keys."""
    post = PostFactory(circle=member.circle, author=member.user)
    floor = CommentFactory(post=post, author=member.user, floor=1)
    CommentFactory(post=post, author=member.user, floor=None, parent=floor)
    addresses = ("/circles/photo/", f"/posts/{post.pk}/")
    for address in addresses:
        assert 'class="level' not in page(client, address)
    Membership.objects.filter(pk=member.pk).update(points=170, grade=6)
    Circle.objects.update(level_titles=["", "", "", "", "", "老茶客"])
    for address, shown in zip(addresses, (1, 2), strict=True):
        assert page(client, address).count("老茶客</span></span>") == shown
    Circle.objects.update(level_titles=[])
    cache.clear()
    forget_everything()
    for address in addresses:
        assert "level--2" in page(client, address)
        assert "老茶客" not in page(client, address)


def test_the_owner_names_levels_and_nobody_else(client, member):
    named = {f"title_{number}": "" for number in range(1, 19)} | {"title_3": "常客"}
    assert client.post("/circles/photo/levels/", named).status_code == 403
    client.force_login(member.circle.owner)
    long = client.post("/circles/photo/levels/", named | {"title_4": "一个非常非常长的头衔"})
    assert long.status_code == 422
    assert "常客" in long.content.decode(), "what was typed is not lost"
    assert client.post("/circles/photo/levels/", named).status_code == 302
    assert Circle.objects.get(slug="photo").level_titles == ["", "", "常客"]


def test_my_day_lists_what_waits(client, member):
    html = page(client, "/me/daily/")
    assert 'formaction="/circles/photo/sign-in/"' in html
    bad = client.post("/me/daily/time-zone/", {"time_zone": "Mars/North"})
    assert bad.status_code == 422
    assert "Mars/North" in bad.content.decode()
    assert client.post("/me/daily/time-zone/", {"time_zone": "Europe/Berlin"}).status_code == 302
    member.user.refresh_from_db()
    assert member.user.time_zone == "Europe/Berlin"


def test_the_api_does_the_same(member):
    api = APIClient()
    api.force_authenticate(member.user)
    assert api.post("/api/v1/circles/photo/sign-in/").json() == {"gained": 4, "streak": 1, "points": 4, "level": 1}
    assert api.post("/api/v1/circles/photo/sign-in/").json()["gained"] == 0
    mine = api.get("/api/v1/circles/photo/daily/").json()["mine"]
    assert (mine["points"], mine["next_level_at"], mine["signed_in"]) == (4, 10, True)
    assert api.put("/api/v1/circles/photo/levels/", {"titles": ["新人"]}, format="json").status_code == 403
    api.force_authenticate(member.circle.owner)
    named = api.put("/api/v1/circles/photo/levels/", {"titles": ["新人"]}, format="json").json()
    assert named[0] == {"number": 1, "points": 1, "title": "新人"}
    api.force_authenticate(UserFactory())
    refused = api.post("/api/v1/circles/photo/sign-in/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_member")


def test_the_highest_stand_under_the_name_they_have_there(client, member):
    Membership.objects.filter(pk=member.pk).update(points=300, grade=7, nickname="影子", is_linked=False)
    html = page(client, "/circles/photo/daily/")
    assert "影子" in html
    assert f"/people/{member.user.username}/" not in html.split("Highest levels")[1].split("All levels")[0]

"""What came since a page was opened: counted cheaply, brought in whole, and only what one may see."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circles.actions import comments, posts
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(client):
    person = UserFactory()
    client.force_login(person)
    return person


def asked(client, url):
    with CaptureQueriesContext(connection) as context:
        answer = client.get(url)
    return answer, len(context)


def poll_of(page):
    return re.search(r'data-fresh="([^"]+)"', page).group(1).replace("&amp;", "&")


def test_floors_that_came_are_counted_and_brought(client, viewer):
    post = PostFactory()
    CommentFactory(post=post, floor=1, body="第一")
    post.floor_count = 1
    post.save()
    poll = poll_of(client.get(f"/posts/{post.pk}/").content.decode())
    client.get(poll)
    answer, cost = asked(client, poll)
    assert (answer.status_code, answer.content, cost) == (204, b"", 2)
    for number in (2, 3):
        CommentFactory(post=post, floor=number, body=f"后来{number}")
    CommentFactory(post=post, floor=4, body="我自己", author=viewer)
    comments.hide(comment=CommentFactory(post=post, floor=5, body="看不得"))
    answer, cost = asked(client, poll)
    assert (answer.status_code, cost) == (200, 2)
    said = answer.content.decode()
    assert "2 new floors" in said
    assert f"/posts/{post.pk}/?floor=2#comments" in said
    brought = client.get(f"{poll}&load=1").content.decode()
    assert re.findall(r'class="floor__number"[^>]*>.*?#(\d+)<', brought) == ["2", "3", "4", "5"]  # 5 keeps its place
    assert "第一" not in brought
    assert "看不得" not in brought


def test_visitors_are_not_told(client):
    page = client.get(f"/posts/{PostFactory().pk}/").content.decode()
    assert 'data-fresh=""' in page


@pytest.mark.parametrize("after", ["", "-1", "x", "99999999999999", "²"])
def test_nonsense_is_answered_with_nothing(client, viewer, after):
    post = PostFactory()
    CommentFactory(post=post, floor=1)
    assert client.get(f"/posts/{post.pk}/new/", {"after": after}).status_code == 204


def test_posts_that_came_to_a_circle_are_counted_and_brought(client, viewer):
    circle = CircleFactory(slug="tea")
    MembershipFactory(circle=circle, user=viewer)
    PostFactory(circle=circle, body="旧的")
    PostFactory(circle=circle, body="置顶", is_pinned=True)
    poll = poll_of(client.get("/circles/tea/").content.decode())
    client.get(poll)
    answer, cost = asked(client, poll)
    assert (answer.status_code, answer.content, cost) == (204, b"", 3)
    PostFactory(circle=circle, body="新一")
    PostFactory(circle=circle, body="新二")
    PostFactory(circle=circle, body="我写的", author=viewer)
    PostFactory(body="别的圈子")
    posts.hide(post=PostFactory(circle=circle, body="看不得"))
    answer, cost = asked(client, poll)
    assert cost == 3
    assert "2 new posts" in answer.content.decode()
    load = re.search(r'hx-get="([^"]+)"', answer.content.decode()).group(1).replace("&amp;", "&")
    brought = client.get(load).content.decode()
    assert re.findall("新一|新二|我写的|旧的|置顶|看不得|别的圈子", brought) == ["我写的", "新二", "新一"]
    assert client.get(poll_of(brought)).status_code == 204


def test_more_than_a_page_begins_anew(client, viewer, settings):
    settings.FEED_PAGE_SIZE = 2
    circle = CircleFactory(slug="tea")
    PostFactory(circle=circle)
    poll = poll_of(client.get("/circles/tea/").content.decode())
    for _ in range(3):
        PostFactory(circle=circle)
    assert client.get(f"{poll}&load=1").headers["HX-Redirect"] == "/circles/tea/"


def test_further_down_nobody_is_told_of_new_posts(client, viewer, settings):
    settings.FEED_PAGE_SIZE = 1
    circle = CircleFactory(slug="tea")
    PostFactory(circle=circle)
    PostFactory(circle=circle)
    page = client.get("/circles/tea/").content.decode()
    further = re.search(r'href="(/circles/tea/\?before=[^"]+)"', page).group(1)
    assert "data-fresh" not in client.get(further).content.decode()

"""The page at "/": for members, newcomers and visitors."""

import re

import pytest

from accounts.actions import closing
from circles.actions import posts as post_actions
from circles.models import Post
from core.clock import day
from feeds.queries import home_page, place_of
from tests.factories import CircleFactory, PostFactory, UserFactory
from tests.feeds.community import join, member_of, publish, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def circle():
    return CircleFactory()


@pytest.fixture
def reader(circle):
    person = member_of(circle)
    work()
    return person


def test_visitors_see_circles_and_good_posts(client, circle):
    PostFactory(circle=circle, body="值得一读", is_featured=True)
    page = client.get("/").content.decode()
    assert "Find your people" in page
    assert circle.name in page
    assert "值得一读" in page
    assert "new-posts" not in page


def test_newcomers_are_welcomed_with_circles_to_join(client, circle):
    PostFactory(circle=circle, body="值得一读", like_count=3)
    person = UserFactory(nickname="新来的", verified_at=None)
    client.force_login(person)
    page = client.get("/").content.decode()
    assert "Welcome, 新来的!" in page
    assert f"/circles/{circle.slug}/join/" in page
    assert "值得一读" in page
    assert "Show that you are a real person" in page


def test_the_first_posts_after_joining_are_announced_on_the_welcome_page(client, circle):
    publish(circle.owner, circle, "早就有了")
    person = UserFactory()
    client.force_login(person)
    poll = re.search(r'data-fresh="(/home/new/count/[^"]+)"', client.get("/").content.decode()).group(1)
    assert client.get(poll).status_code == 204
    join(circle, person)
    work()
    page = client.get(poll.replace("&amp;", "&")).content.decode()
    assert "1 new post" in page
    assert 'href="/"' in page
    assert "早就有了" in client.get("/").content.decode()


def test_members_see_their_feed_and_not_the_banner(client, circle, reader):
    publish(circle.owner, circle, "早安")
    work()
    client.force_login(reader)
    page = client.get("/").content.decode()
    assert page.count("早安") == 1
    assert "Show that you are a real person" not in page
    assert "/home/new/count/" in page


def test_whoever_closes_their_account_reads_so_and_where_to_stop_it(
    client, circle, reader, settings, django_assert_num_queries
):
    settings.FEED_PAGE_SIZE = 5
    for number in range(6):  # a feed that is not short: the frame
        publish(circle.owner, circle, f"第{number}帖")
    work()
    client.force_login(reader)
    said = "Your account is being closed"
    assert said not in client.get("/").content.decode()

    closing.ask(user=reader, words="keep")
    client.get("/")
    with django_assert_num_queries(1):
        page = client.get("/").content.decode()
    assert f"On {day(reader.closing_at)} it is gone for good" in page
    assert 'form="act" formaction="/me/data/stay/"' in page
    assert "Show that you are a real person" not in page

    Post.objects.all().delete()  # nothing to read: drawn whole
    assert f"On {day(reader.closing_at)} it is gone for good" in client.get("/").content.decode()
    client.post("/me/data/stay/")
    assert said not in client.get("/").content.decode()


def test_the_next_page_is_a_link_and_for_htmx_a_fragment(client, circle, reader, settings):
    settings.FEED_PAGE_SIZE = 2
    for number in range(5):
        publish(circle.owner, circle, f"第{number}帖")
    work()
    client.force_login(reader)
    bodies, page = [], client.get("/").content.decode()
    bodies += re.findall(r"<p>(第\d帖)</p>", page)
    url = re.search(r'href="(/\?before=[^"]+)"', page).group(1)
    assert re.findall(r"<p>(第\d帖)</p>", client.get(url).content.decode()) == ["第2帖", "第1帖"]
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    bodies += re.findall(r"<p>(第\d帖)</p>", fragment)
    url = re.search(r'href="(/\?before=[^"]+)"', fragment).group(1)
    last = client.get(url, headers={"HX-Request": "true"}).content.decode()
    bodies += re.findall(r"<p>(第\d帖)</p>", last)
    assert bodies == ["第4帖", "第3帖", "第2帖", "第1帖", "第0帖"]
    assert "before=" not in last


def test_new_posts_are_counted_and_brought_on_top(client, circle, reader):
    publish(circle.owner, circle, "旧")
    work()
    client.force_login(reader)
    since = place_of(home_page(reader).items[0])
    publish(circle.owner, circle, "新一")
    publish(circle.owner, circle, "新二")
    work()
    count = client.get("/home/new/count/", {"since": since, "loads": 1}).content.decode()
    assert "2 new posts" in count
    load = re.search(r'hx-get="(/home/new/\?[^"]+)"', count).group(1)
    brought = client.get(load).content.decode()
    assert brought.index("新二") < brought.index("新一")
    assert "<p>旧</p>" not in brought
    assert 'hx-swap-oob="true"' in brought
    poll = re.search(r'data-fresh="(/home/new/count/[^"]+)"', brought).group(1).replace("&amp;", "&")
    assert client.get(poll).status_code == 204


def test_more_new_posts_than_a_page_load_a_fresh_home(client, circle, reader, settings):
    settings.FEED_PAGE_SIZE = 2
    publish(circle.owner, circle, "旧")
    work()
    since = place_of(home_page(reader).items[0])
    for _ in range(3):
        publish(circle.owner, circle)
    work()
    client.force_login(reader)
    assert client.get("/home/new/", {"since": since}).headers["HX-Redirect"] == "/"


def test_a_hidden_post_is_gone_from_the_page(client, circle, reader):
    post = publish(circle.owner, circle, "不该在")
    work()
    post_actions.hide(post=post)
    client.force_login(reader)
    assert "不该在" not in client.get("/").content.decode()
    assert Post.objects.filter(pk=post.pk).exists()


def test_a_quiet_circle_leads_to_the_composer_and_to_others(client, circle, reader):
    other = CircleFactory(member_count=50)
    client.force_login(reader)
    page = client.get("/").content.decode()
    assert "Quiet so far" in page
    assert f"/circles/{other.slug}/join/" in page


def test_wide_screens_ask_for_what_stands_beside_the_feed(client, reader, circle, settings):
    settings.FEED_PAGE_SIZE = 5
    for number in range(6):
        publish(circle.owner, circle, f"第{number}帖")
    other = CircleFactory()
    client.force_login(reader)

    assert 'hx-get="/home/aside/"' in client.get("/").content.decode()
    aside = client.get("/home/aside/").content.decode()

    assert "My circles" in aside
    assert circle.name in aside
    assert f"/circles/{other.slug}/join/" in aside
    assert f"/circles/{circle.slug}/join/" not in aside


@pytest.mark.parametrize("path", ["/home/new/", "/home/new/count/", "/home/aside/"])
def test_the_parts_are_for_members(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.url


@pytest.mark.parametrize("size", [5, 50])
def test_the_page_costs_the_same_for_few_and_for_many(client, reader, settings, size, django_assert_num_queries):
    settings.FEED_PAGE_SIZE = size
    for _ in range(5):
        other = CircleFactory()
        join(other, reader)
        PostFactory.create_batch(11, circle=other)
    work()
    client.force_login(reader)
    client.get("/")
    with django_assert_num_queries(1):  # the reader, with what belongs to their home and what of it they may see
        assert client.get("/").content.decode().count("<article") == size

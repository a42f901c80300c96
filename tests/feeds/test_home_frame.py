"""Home is drawn once and filled for each reader: nothing of one may reach another, and nobody may see yesterday's."""

import re

import pytest
from django.shortcuts import render
from django.test import Client

from circles.actions import likes
from circles.models import Post
from core import frames
from core.models import Picture
from core.parts import whole, without_gaps
from notifications import badge
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def circle():
    return CircleFactory(name="摄影")


@pytest.fixture
def posts(circle):
    return [PostFactory(circle=circle, author=circle.owner) for _ in range(6)]


def reader(circle, nickname, **values):
    person = UserFactory(nickname=nickname, **values)
    MembershipFactory(circle=circle, user=person)
    return person


def logged_in(person, **cookies):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def home(client, **options):
    answer = client.get("/", **options)
    assert answer.status_code == 200
    return answer.content.decode()


def tokens(page):
    found = re.findall(r'X-CSRFToken": "(\w+)"', page) + re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page)
    assert len(found) == 2
    return found


def test_two_readers_in_turns_see_each_their_own(circle, posts):
    one = reader(circle, "山野小林")
    other = reader(circle, "Tom-陈")
    one.avatar = Picture.objects.create(owner=one, width=1, height=1, byte_count=1)
    one.save()
    likes.like(user=one, post=posts[0])
    posts[1].author = other
    posts[1].save()
    one_s, other_s = logged_in(one), logged_in(other)
    seen = []
    for _ in range(3):
        page, other_page = home(one_s), home(other_s)
        assert page.count("山野小林") == 1
        assert page.count(one.avatar.thumb_url) == 2
        assert page.count('aria-pressed="true"') - other_page.count('aria-pressed="true"') == 1
        assert f'id="like-{posts[0].pk}"' in page
        assert "Tom-陈" in page  # as author only
        assert 'class="sidebar__name">山野小林<' in page
        assert 'class="sidebar__name">Tom-陈<' in other_page
        assert "山野小林" not in other_page
        assert one.avatar.thumb_url not in other_page
        assert f"/posts/{posts[1].pk}/delete/" not in page
        assert f"/posts/{posts[1].pk}/delete/" in other_page
        seen += [*tokens(page), *tokens(other_page)]
    assert len(set(seen)) == 6  # masked anew for each page


def test_the_token_of_the_page_is_taken(circle, posts):
    client = logged_in(reader(circle, "山野小林"))
    other = logged_in(reader(circle, "陈"))
    url = f"/posts/{posts[0].pk}/like/"
    for token in tokens(home(client)):
        assert client.post(url, {"liked": "1", "csrfmiddlewaretoken": token}).status_code < 400
    home(other)
    stolen = tokens(home(client))[0]
    assert other.post(url, {"liked": "1", "csrfmiddlewaretoken": stolen}).status_code == 403


def test_the_cookie_of_the_token_is_sent_once_and_renewed_elsewhere(circle, posts):
    client = logged_in(reader(circle, "山野小林"))
    url = f"/posts/{posts[0].pk}/like/"
    assert "csrftoken" in client.get("/").cookies
    again = client.get("/")
    assert "csrftoken" not in again.cookies
    for token in tokens(again.content.decode()):
        assert client.post(url, {"liked": "1", "csrfmiddlewaretoken": token}).status_code < 400
    assert "csrftoken" in client.get("/post/").cookies


def test_the_badge_is_the_reader_s_own(circle, posts, monkeypatch):
    one, other = reader(circle, "山野小林"), reader(circle, "陈")
    waiting = {one.pk: 3, other.pk: 0}
    monkeypatch.setattr(badge, "count", lambda viewer: waiting[viewer.pk])
    one_s, other_s = logged_in(one), logged_in(other)
    for _ in range(2):
        assert home(one_s).count("3 unread") == 2
        assert "unread" not in home(other_s)
    waiting[one.pk] = 1
    assert home(one_s).count("1 unread") == 2


def test_what_a_reader_changes_shows_at_once(circle, posts):
    person = reader(circle, "山野小林")
    client = logged_in(person)
    assert "山野小林" in home(client)
    person.nickname = "新名字"
    person.save()
    page = home(client)
    assert "新名字" in page
    assert "山野小林" not in page
    likes.like(user=person, post=posts[2])
    assert home(client).count('aria-pressed="true"') == page.count('aria-pressed="true"') + 1


def test_what_changes_for_all_shows_at_once(circle, posts):
    client = logged_in(reader(circle, "山野小林"))
    assert home(client).count("摄影") >= 6
    circle.name = "胶片"
    circle.save()
    Post.objects.filter(pk=posts[3].pk).update(body_html="<p>改过了</p>", version=2)
    page = home(client)
    assert "摄影" not in page
    assert "改过了" in page


def test_a_message_is_told_once_and_to_its_reader(circle, posts):
    person = reader(circle, "山野小林")
    client, other = logged_in(person), logged_in(reader(circle, "陈"))
    own = PostFactory(circle=circle, author=person)
    client.post(f"/posts/{own.pk}/delete/", {"csrfmiddlewaretoken": tokens(home(client))[0], "next": "/"})
    assert "The post is deleted." in home(client)
    for page in (home(client), home(other)):
        assert "The post is deleted." not in page


def test_language_and_theme_are_the_reader_s(circle, posts):
    person = reader(circle, "山野小林")
    plain, dark, chinese = (
        logged_in(person),
        logged_in(person, theme="dark"),
        logged_in(person, django_language="zh-hans"),
    )
    odd = logged_in(person, theme='"><script>')
    for _ in range(2):
        assert "data-theme=" not in home(plain)
        assert ' data-theme="dark"' in home(dark)
        assert '<html lang="zh-hans">' in home(chinese)
        assert "<script>" not in home(odd)
        assert 'data-theme="' not in home(odd)
        assert '<html lang="en">' in home(plain)


def test_whoever_is_not_verified_is_told_and_nobody_else(circle, posts):
    banner = "Show that you are a real person"
    without, verified = logged_in(reader(circle, "甲乙", verified_at=None)), logged_in(reader(circle, "陈"))
    for _ in range(2):
        assert banner in home(without)
        assert banner not in home(verified)


def test_the_way_back_leads_to_this_very_address(circle, posts):
    client = logged_in(reader(circle, "山野小林"))
    home(client)
    page = client.get("/", {"a": '"><b>'}).content.decode()
    assert 'name="next" value="/?a=%22%3E%3Cb%3E"' in page


def test_it_is_the_page_that_the_template_would_draw(circle, posts, monkeypatch):
    """Kept values and holes give what `render` gives."""
    person = reader(circle, "山野小林")
    client = logged_in(person)

    def drawn_anew(frame, request, **values):
        return render(request, frame.template, values | {"feed": whole(values["feed"])})

    def without_tokens(page):
        for token in tokens(page):
            page = page.replace(token, "")
        return page

    for _ in range(2):
        filled = home(client)
    with monkeypatch.context() as patch:
        patch.setattr(frames.Frame, "answer", drawn_anew)
        assert without_gaps(without_tokens(home(client))) == without_gaps(without_tokens(filled))

"""The circle page and the post page are drawn once and filled for each viewer; nobody must get another's."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import profile
from circles.actions import circles, comments, likes, memberships, posts
from circles.models import Circle, Membership, Post, Role
from core.models import Picture
from notifications.models import InboxState
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

TOKENS = re.compile(r'X-CSRFToken": "(\w+)"|name="csrfmiddlewaretoken" value="(\w+)"')
KEY = re.compile(r'id="comment-key" value="([\w-]+)"')


class Viewer:
    """Somebody with a browser."""

    def __init__(self, **fields):
        self.person = UserFactory(**fields)
        self.client = Client()
        self.client.force_login(self.person)

    def see(self, url, **headers):
        response = self.client.get(url, **headers)
        assert response.status_code == 200
        page = response.content.decode()
        assert "<!--hole" not in page
        return page


@pytest.fixture
def circle():
    return CircleFactory(slug="photo", name="摄影", intro="光与影", rules="带图发帖")


@pytest.fixture
def post(circle):
    post = PostFactory(circle=circle, author=UserFactory(nickname="山野小林"), comment_count=1, floor_count=1)
    CommentFactory(post=post, floor=1, author=UserFactory(nickname="山茶"))
    return post


@pytest.fixture
def pages(circle, post):
    return "/circles/photo/", f"/posts/{post.pk}/"


def picture_of(person):
    person.avatar = Picture.objects.create(owner=person, width=1, height=1, byte_count=1)
    person.save()
    return person.avatar.key.hex


def nav(page):
    return re.search(r"<nav class=\"sidebar\".*?</nav>", page, re.S).group()


def test_each_viewer_sees_their_own_name_picture_and_badge(pages):
    one, two = Viewer(nickname="海边"), Viewer(nickname="山里")
    pictures = {viewer: picture_of(viewer.person) for viewer in (one, two)}
    InboxState.objects.update_or_create(user=one.person, defaults={"unread": 37})
    for url in pages:
        for _ in range(2):
            for viewer, other, badge in ((one, two, True), (two, one, False)):
                page = viewer.see(url)
                assert viewer.person.nickname in nav(page)
                assert pictures[viewer] in page
                assert other.person.nickname not in page
                assert pictures[other] not in page
                assert (">37<" in page) == badge


def test_tokens_and_keys_are_each_viewers_own(pages):
    one, two = Viewer(), Viewer()
    for url in pages:
        of_one, of_two = ({a or b for a, b in TOKENS.findall(viewer.see(url))} for viewer in (one, two))
        assert len(of_one) == len(of_two) == 1
        assert of_one.isdisjoint(of_two)
    keys = [KEY.search(viewer.see(pages[1])).group(1) for viewer in (one, two, one)]
    assert len(set(keys)) == 3


def test_the_token_of_the_page_is_taken(post):
    viewer = Viewer()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(viewer.person)
    page = careful.get(f"/posts/{post.pk}/").content.decode()
    fields = {"csrfmiddlewaretoken": TOKENS.search(page).group(1), "body": "写一句", "key": KEY.search(page).group(1)}
    assert careful.post(f"/posts/{post.pk}/comments/", fields).status_code == 302


def test_each_viewer_may_what_they_may(circle, post):
    stranger, member, banned, unverified = Viewer(), Viewer(), Viewer(), Viewer(verified_at=None)
    owner, author = Viewer(), Viewer()
    MembershipFactory(circle=circle, user=member.person)
    MembershipFactory(circle=circle, user=banned.person, state="banned")
    Membership.objects.filter(circle=circle, role=Role.OWNER).delete()
    Circle.objects.filter(pk=circle.pk).update(owner=owner.person)
    MembershipFactory(circle=circle, user=owner.person, role=Role.OWNER)
    Post.objects.filter(pk=post.pk).update(author=author.person)
    comment = CommentFactory(post=post, floor=2, author=member.person)
    writes, joins, edits = 'class="card say"', "/circles/photo/join/", "/circles/photo/edit/"
    form, deletes, features = 'id="comment-form"', f"/comments/{comment.pk}/delete/", f"/posts/{post.pk}/feature/"
    changes = f"/posts/{post.pk}/edit/"
    expected = {
        stranger: ({joins}, {form}),
        member: ({writes}, {form, deletes}),
        banned: (set(), set()),
        unverified: ({joins}, set()),
        owner: ({writes, edits, features}, {form, deletes, features}),
        author: ({joins, changes}, {form, changes}),
    }
    for _ in range(2):
        for viewer, (in_circle, at_post) in expected.items():
            page = viewer.see("/circles/photo/")
            assert {one for one in (writes, joins, edits, changes, features) if one in page} == in_circle
            page = viewer.see(f"/posts/{post.pk}/").partition("<aside")[0]
            assert {one for one in (form, deletes, changes, features) if one in page} == at_post


def test_likes_are_each_viewers_own(pages, post):
    fan, other = Viewer(), Viewer()
    likes.like(user=fan.person, post=post)
    for url in pages:
        for _ in range(2):
            assert "like--on" in fan.see(url)
            assert "like--on" not in other.see(url)


def test_what_somebody_just_did_shows_at_once(circle, post):
    viewer = Viewer()
    urls = ["/circles/photo/", f"/posts/{post.pk}/"]
    for url in urls:
        viewer.see(url)
    memberships.join(user=viewer.person, circle=circle)
    assert 'class="card say"' in viewer.see(urls[0])
    assert "/circles/photo/leave/" in viewer.see(urls[1])
    profile.update(user=viewer.person, nickname="新名字", bio="")
    assert all("新名字" in viewer.see(url) for url in urls)
    said = comments.publish(author=viewer.person, post=post, key=post.key, body="刚说的")
    assert "刚说的" in viewer.see(urls[1])
    comments.delete(actor=viewer.person, comment=said)
    assert "刚说的" not in viewer.see(urls[1])
    memberships.leave(user=viewer.person, circle=circle)
    assert "/circles/photo/join/" in viewer.see(urls[0])


def test_a_circle_shows_as_it_is_now(circle, post):
    viewer = Viewer()
    urls = ["/circles/photo/", f"/posts/{post.pk}/"]
    for url in urls:
        viewer.see(url)
    cover = Picture.objects.create(owner=circle.owner, width=1, height=1, byte_count=1)
    circles.update(actor=circle.owner, circle=circle, name="胶片", intro="慢慢拍", rules="只发胶片", cover=cover)
    Circle.objects.filter(pk=circle.pk).update(member_count=4321)
    page = viewer.see(urls[0])
    assert all(shown in page for shown in ("胶片", "慢慢拍", "只发胶片", cover.key.hex, "4321"))
    assert "光与影" not in page
    page = viewer.see(urls[1])
    assert all(shown in page for shown in ("胶片", "慢慢拍", "4321"))
    profile.update(user=circle.owner, nickname="新圈主", bio="")
    assert "新圈主" in viewer.see(urls[0])


def test_a_post_shows_as_it_is_now(post):
    viewer = Viewer()
    url = post.get_absolute_url()
    viewer.see(url)
    posts.edit(editor=post.author, post=post, body="改过的话")
    page = viewer.see(url)
    assert page.count("改过的话") == 5  # title, text, and three times what other sites are told
    Post.objects.filter(pk=post.pk).update(comment_count=55)
    assert 'id="comment-count">55<' in viewer.see(url)
    posts.hide(post=post)
    assert viewer.client.get(url).status_code == 404
    assert post.body not in viewer.see("/circles/photo/")


def test_what_was_taken_back_comes_back(post):
    """The page of floors is found again under the same key; it must hold what the key says."""
    viewer = Viewer()
    comment = post.comments.get()
    assert comment.body in viewer.see(post.get_absolute_url())
    comments.hide(comment=comment)
    assert comment.body not in viewer.see(post.get_absolute_url())
    comments.restore(comment=comment)
    assert comment.body in viewer.see(post.get_absolute_url())


def test_languages_and_themes_stay_apart(pages):
    viewer = Viewer()
    for url in pages:
        for _ in range(2):
            chinese = viewer.see(url, HTTP_ACCEPT_LANGUAGE="zh-CN", HTTP_COOKIE=_cookie(viewer, "dark"))
            english = viewer.see(url, HTTP_ACCEPT_LANGUAGE="en", HTTP_COOKIE=_cookie(viewer, "light"))
            assert '<html lang="zh-hans" data-theme="dark">' in chinese
            assert '<html lang="en" data-theme="light">' in english
            assert "Comments" in english
            assert "Comments" not in chinese


def _cookie(viewer, theme):
    return f"sessionid={viewer.client.cookies['sessionid'].value}; theme={theme}"


def test_visitors_get_nothing_of_those_who_are_logged_in(pages):
    viewer = Viewer(nickname="海边")
    for url in pages:
        viewer.see(url)
        page = Client().get(url).content.decode()
        assert "海边" not in page
        assert "/accounts/login/?next=" in page
        assert 'id="comment-form"' not in page
        assert "/delete/" not in page


def test_what_was_typed_is_shown_to_nobody_else(post):
    one, two = Viewer(), Viewer()
    answer = one.client.post(f"/posts/{post.pk}/comments/", {"body": "长" * 2001, "key": str(post.key)})
    assert answer.status_code == 422
    assert "长长长" in answer.content.decode()
    comment = post.comments.get()
    assert f'name="reply_to" value="{comment.pk}"' in one.see(f"/posts/{post.pk}/?reply_to={comment.pk}")
    page = two.see(f"/posts/{post.pk}/")
    assert "长长长" not in page
    assert 'name="reply_to" value=""' in page


def test_a_silenced_member_reads_why(circle, post):
    silenced, free = Viewer(), Viewer()
    until = timezone.now() + timedelta(days=2)
    MembershipFactory(circle=circle, user=silenced.person, silenced_until=until)
    MembershipFactory(circle=circle, user=free.person)
    for url in ("/circles/photo/", f"/posts/{post.pk}/"):
        for _ in range(2):
            assert "You may not write in this circle until" in silenced.see(url)
            assert "You may not write in this circle until" not in free.see(url)

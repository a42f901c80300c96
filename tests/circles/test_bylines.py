"""A nickname and a picture for one circle: where they show, where they lead, and what they leave alone."""

import uuid

import pytest
from django.test import Client

from circles.actions import bylines, comments, posts
from circles.models import Circle, Comment, Membership, Post
from core.jobs import worker
from core.models import Job
from tests.circles.test_pseudonyms import work
from tests.circles.test_races import at_once
from tests.factories import MembershipFactory, UserFactory


@pytest.fixture
def membership(db):
    return MembershipFactory(user=UserFactory(nickname="周素心", username="suxin_z"))


def page_of(membership):
    return f"/circles/{membership.circle.slug}/me/"


def write(membership, body="大家好"):
    return posts.publish(author=membership.user, circle=membership.circle, key=uuid.uuid4(), body=body)


def text_of(address, person=None):
    client = Client()
    if person is not None:
        client.force_login(person)
    return client.get(address).content.decode()


def choose(membership, nickname="小山", **said):
    client = Client()
    client.force_login(membership.user)
    return client.post(page_of(membership), {"nickname": nickname, **said})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page(membership, language):
    client = Client()
    client.force_login(membership.user)
    assert client.get(page_of(membership), headers={"accept-language": language}).status_code == 200


def test_strangers_and_outsiders(membership, client):
    assert client.get(page_of(membership)).status_code == 302
    client.force_login(UserFactory())
    assert client.get(page_of(membership)).url == membership.circle.get_absolute_url()
    assert client.post(page_of(membership), {"nickname": "小山"}).status_code == 302
    assert not Membership.objects.exclude(nickname="").exists()


def test_it_shows_in_posts_floors_and_members_and_leads_to_the_profile(membership, photo):
    assert choose(membership, linked="on", avatar=photo()).status_code == 302
    membership.refresh_from_db()
    post = write(membership)
    comments.publish(author=membership.user, post=post, key=uuid.uuid4(), body="还有")
    for address in (
        f"/posts/{post.pk}/",
        membership.circle.get_absolute_url(),
        f"{membership.circle.get_absolute_url()}members/",
    ):
        text = text_of(address)
        assert "小山" in text, address
        assert "周素心" not in text, address
        assert 'href="/people/suxin_z/"' in text, address
        assert membership.avatar.thumb_url in text, address
    assert Client().get(membership.avatar.thumb_url).status_code == 200
    other = write(MembershipFactory(user=membership.user))
    assert "周素心" in text_of(f"/posts/{other.pk}/")


def test_without_the_link_nothing_leads_to_the_profile_and_back(membership):
    choose(membership)
    post = write(membership, "悄悄话")
    said = comments.publish(author=membership.user, post=post, key=uuid.uuid4(), body="还有")
    reader = UserFactory()
    for address in (
        f"/posts/{post.pk}/",
        membership.circle.get_absolute_url(),
        f"{membership.circle.get_absolute_url()}members/",
        f"/api/v1/posts/{post.pk}/",
        f"/api/v1/posts/{post.pk}/comments/",
    ):
        text = text_of(address, reader)
        assert "suxin_z" not in text, address
        assert "周素心" not in text, address
    assert "悄悄话" not in text_of("/people/suxin_z/posts/", reader)
    assert "悄悄话" in text_of("/people/suxin_z/posts/", membership.user)
    assert said.author_name == "小山"


def test_what_was_written_before_follows(membership):
    post = write(membership)
    floor = comments.publish(author=membership.user, post=post, key=uuid.uuid4(), body="一楼")
    answer = comments.publish(author=UserFactory(), post=post, key=uuid.uuid4(), body="同意", parent=floor)
    elsewhere = write(MembershipFactory(user=membership.user))
    choose(membership, linked="on")
    work()
    version = post.version
    for row in (post, floor, answer, elsewhere):
        row.refresh_from_db()
    assert (post.author_name, floor.author_name, answer.reply_to_name) == ("小山", "小山", "小山")
    assert post.version == version + 1
    assert elsewhere.author_name == ""
    choose(membership, nickname="")
    work()
    assert not Post.objects.exclude(author_name="").exists()
    assert not Comment.objects.exclude(author_name="", reply_to_name="").exists()


def test_pseudonyms_stay_when_a_name_is_chosen(membership):
    Circle.objects.update(masks_authors=True)
    membership.circle.refresh_from_db()
    post = write(membership)
    name = post.author_name
    choose(membership, linked="on")
    work()
    post.refresh_from_db()
    assert post.author_name == name != "小山"
    assert post.author_mask


@pytest.mark.parametrize(
    ("nickname", "why"),
    [
        ("小", "2 to 20"),
        ("小 山", "2 to 20"),
        ("管理员", "reserved"),
        ("李雷", "Somebody has"),
        ("静水", "Somebody has"),
    ],
)
def test_names_that_are_not_free(membership, nickname, why):
    UserFactory(nickname="李雷")
    MembershipFactory(circle=membership.circle, nickname="静水")
    answer = choose(membership, nickname=nickname)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert nickname in answer.content.decode()
    membership.refresh_from_db()
    assert membership.nickname == ""


def test_a_mention_by_the_name_in_the_circle(membership):
    choose(membership, linked="on")
    friend = MembershipFactory(circle=membership.circle)
    post = write(friend, "@小山 来看")
    assert 'href="/people/suxin_z/"' in post.body_html
    work()
    assert membership.user.notifications.filter(kind="mention", post=post).exists()
    elsewhere = write(MembershipFactory(user=friend.user), "@小山 来看")
    assert "<a" not in elsewhere.body_html


def test_a_mention_of_a_name_that_leads_nowhere(membership):
    choose(membership)
    post = write(MembershipFactory(circle=membership.circle), "@小山 来看")
    assert "suxin_z" not in post.body_html
    assert f"{membership.circle.get_absolute_url()}members/" in post.body_html


@pytest.mark.django_db(transaction=True)
def test_two_want_one_name_at_the_same_moment():
    first = MembershipFactory()
    second = MembershipFactory(circle=first.circle)
    done = at_once(
        *[lambda row=row: bylines.choose(user=row.user, circle=row.circle, nickname="小山") for row in (first, second)]
    )
    assert sorted(getattr(one, "code", "") for one in done) == ["", "nickname_taken"]
    assert Membership.objects.filter(nickname="小山").count() == 1
    assert Job.objects.filter(handler="circles.rename_in_circle").count() == 1
    worker.drain("bulk")

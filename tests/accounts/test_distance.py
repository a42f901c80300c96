"""Block, mute and shield: through pages, API, feeds and notifications."""

import json
import threading
import uuid
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.utils import formats, translation
from rest_framework.test import APIClient

from accounts.actions import blocks, tokens
from accounts.models import Block, Mute, Reach, User
from circles.actions import comments, likes, posts
from circles.cards import load_rows
from circles.models import Comment, Like, Post, PostKind
from core.errors import Refused
from notifications.actions import tell
from notifications.models import Notification
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def ann():
    return UserFactory(username="ann", nickname="安安")


@pytest.fixture
def bob():
    return UserFactory(username="bob", nickname="波波")


def api_of(user):
    api = APIClient(headers=ENGLISH)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user=user)}")
    return api


def sees(viewer, post):
    return Post.objects.visible_to(viewer).filter(pk=post.pk).exists()


def test_a_block_hides_both_from_each_other_and_from_nobody_else(ann, bob):
    of_ann, of_bob = PostFactory(author=ann), PostFactory(author=bob)
    blocks.block(user=ann, person=bob)
    assert (sees(bob, of_ann), sees(ann, of_bob)) == (False, False)
    assert (sees(ann, of_ann), sees(bob, of_bob)) == (True, True)
    for other in (UserFactory(), AnonymousUser()):
        assert (sees(other, of_ann), sees(other, of_bob)) == (True, True)
    blocks.unblock(user=ann, person=bob)
    assert (sees(bob, of_ann), sees(ann, of_bob)) == (True, True)


def test_who_was_blocked_cannot_lift_it(ann, bob):
    post = PostFactory(author=ann)
    blocks.block(user=ann, person=bob)
    blocks.unblock(user=bob, person=ann)
    assert not sees(bob, post)


def test_a_blocked_person_finds_no_page_picture_or_list(client, ann, bob):
    post = PostFactory(author=ann, body="秘密花园", body_html="<p>秘密花园</p>")
    circle = post.circle
    MembershipFactory(circle=circle, user=bob)
    comment = CommentFactory(post=post)
    blocks.block(user=ann, person=bob)
    client.force_login(bob)
    assert client.get(post.get_absolute_url()).status_code == 404
    assert client.get(f"/comments/{comment.pk}/").status_code == 404
    for address in ("/", circle.get_absolute_url(), "/people/ann/posts/", "/circles/"):
        page = client.get(address, follow=True)
        assert page.status_code == 200
        assert "秘密花园" not in page.content.decode()
    api = api_of(bob)
    assert api.get(f"/api/v1/posts/{post.pk}/").status_code == 404
    assert api.get(f"/api/v1/posts/{post.pk}/comments/").status_code == 404
    assert api.put(f"/api/v1/posts/{post.pk}/like/").status_code == 404
    assert not Like.objects.exists()
    answer = api.post(f"/api/v1/posts/{post.pk}/comments/", {"body": "你好"}, format="json")
    assert answer.status_code == 404
    assert Comment.objects.count() == 1
    assert "秘密花园" not in json.dumps(api.get("/api/v1/home/").json(), ensure_ascii=False)
    assert "秘密花园" not in json.dumps(api.get(f"/api/v1/circles/{circle.slug}/posts/").json(), ensure_ascii=False)


def test_floors_and_replies_of_a_blocked_person_are_gone_for_the_other(client, ann, bob):
    post = PostFactory()
    floor = comments.publish(author=bob, post=post, key=uuid.uuid4(), body="波波的楼层")
    other = comments.publish(author=UserFactory(), post=post, key=uuid.uuid4(), body="别人的楼层")
    comments.publish(author=UserFactory(), post=post, key=uuid.uuid4(), body="回波波的话", parent=floor)
    comments.publish(author=bob, post=post, key=uuid.uuid4(), body="波波的回复", parent=other)
    blocks.block(user=ann, person=bob)
    client.force_login(ann)
    page = client.get(post.get_absolute_url()).content.decode()
    assert "别人的楼层" in page
    assert not [words for words in ("波波的楼层", "回波波的话", "波波的回复") if words in page]
    client.force_login(UserFactory())
    page = client.get(post.get_absolute_url()).content.decode()
    assert all(words in page for words in ("波波的楼层", "回波波的话", "波波的回复", "别人的楼层"))


def test_nobody_blocks_those_who_keep_order(ann):
    """Owner and moderators see all that stands in their circle, or a block would be a way around them."""
    circle = CircleFactory()
    moderator = MembershipFactory(circle=circle, role="moderator").user
    post, comment = PostFactory(circle=circle, author=ann), CommentFactory(author=ann, post=PostFactory(circle=circle))
    for keeper in (circle.owner, moderator):
        blocks.block(user=ann, person=keeper)
        assert sees(keeper, post)
        assert Comment.objects.visible_to(keeper).filter(pk=comment.pk).exists()
        assert not sees(keeper, PostFactory(author=ann))
    moderator.memberships.update(role="member")
    assert not sees(moderator, post)


def test_seeing_is_not_answering(ann):
    """A moderator who is blocked may keep order there, and not talk to the person."""
    circle = CircleFactory()
    post = PostFactory(circle=circle, author=ann)
    blocks.block(user=ann, person=circle.owner)
    with pytest.raises(Refused) as refused:
        comments.publish(author=circle.owner, post=post, key=uuid.uuid4(), body="你好")
    assert refused.value.code == "blocked"
    with pytest.raises(Refused) as refused:
        likes.like(user=circle.owner, post=post)
    assert refused.value.code == "blocked"
    posts.hide(post=post)
    assert not sees(UserFactory(), post)


def test_an_announcement_speaks_for_the_merchant(ann, bob):
    post = PostFactory(author=ann, kind=PostKind.ANNOUNCEMENT)
    blocks.block(user=ann, person=bob)
    assert sees(bob, post)
    assert comments.publish(author=bob, post=post, key=uuid.uuid4(), body="几点开门？").floor == 1


def test_a_mention_across_a_block_is_neither_linked_nor_told(ann, bob):
    blocks.block(user=ann, person=bob)
    circle = MembershipFactory(user=bob).circle
    post = posts.publish(author=bob, circle=circle, key=uuid.uuid4(), body="@安安 出来")
    assert "/people/ann/" not in post.body_html
    tell.mentions_in_posts([post.pk])
    assert not Notification.objects.exists()


def test_what_was_in_the_inbox_goes_with_the_block(client, ann, bob):
    post = PostFactory(author=ann)
    likes.like(user=bob, post=post)
    tell.like(post_id=post.pk, user_id=bob.pk)
    said = comments.publish(author=bob, post=post, key=uuid.uuid4(), body="路过")
    tell.comments([said.pk])
    assert Notification.objects.visible_to(ann).count() == 2
    blocks.block(user=ann, person=bob)
    assert Notification.objects.visible_to(ann).count() == 0
    client.force_login(ann)
    assert "路过" not in client.get("/inbox/").content.decode()


def test_what_a_muted_person_does_reaches_nobody_but_can_be_read(client, ann, bob):
    circle = MembershipFactory(user=ann).circle
    post = PostFactory(author=bob, circle=circle, body="晚霞", body_html="<p>晚霞</p>")
    blocks.mute(user=ann, person=bob)
    client.force_login(ann)
    for address in ("/", circle.get_absolute_url()):
        assert "晚霞" not in client.get(address).content.decode()
    assert "晚霞" in client.get(post.get_absolute_url()).content.decode()
    assert load_rows([post.pk], ann) == []
    mine = PostFactory(author=ann)
    said = comments.publish(author=bob, post=mine, key=uuid.uuid4(), body="@安安 在吗")
    tell.comments([said.pk])
    assert not Notification.objects.exists()
    assert "/people/ann/" in said.body_html, "who is muted does not notice"
    blocks.unmute(user=ann, person=bob)
    tell.comments([said.pk])
    assert Notification.objects.get().recipient == ann


def test_the_shield_keeps_strangers_out(ann, bob):
    companion = MembershipFactory(circle=MembershipFactory(user=ann).circle).user
    post = PostFactory(author=ann)
    blocks.choose_reach(user=ann, reach=Reach.COMPANIONS)
    with pytest.raises(Refused) as refused:
        comments.publish(author=bob, post=post, key=uuid.uuid4(), body="喂")
    assert refused.value.code == "shielded"
    likes.like(user=bob, post=post)
    tell.like(post_id=post.pk, user_id=bob.pk)
    assert not Notification.objects.exists()
    said = comments.publish(author=companion, post=post, key=uuid.uuid4(), body="在呢")
    tell.comments([said.pk])
    assert Notification.objects.get().actor == companion
    with pytest.raises(Refused):
        comments.publish(author=bob, post=PostFactory(), key=uuid.uuid4(), body="喂", parent=_floor_of(ann))


def _floor_of(person):
    return CommentFactory(author=person)


def test_a_reply_to_a_shielded_floor_is_refused(ann, bob):
    floor = CommentFactory(author=ann)
    blocks.choose_reach(user=ann, reach=Reach.NOBODY)
    with pytest.raises(Refused) as refused:
        comments.publish(author=bob, post=floor.post, key=uuid.uuid4(), body="喂", parent=floor)
    assert refused.value.code == "shielded"
    assert Comment.objects.count() == 1


def test_pages(client, ann, bob):
    client.force_login(ann)
    asks = client.get("/people/bob/block/", headers=ENGLISH).content.decode()
    assert "Block 波波?" in asks
    assert client.post("/people/bob/block/").url == "/people/bob/"
    assert Block.objects.get().blocked == bob
    profile = client.get("/people/bob/", headers=ENGLISH).content.decode()
    assert "You block this person" in profile
    assert "波波" in client.get("/me/blocked/").content.decode()
    assert client.post("/people/bob/unblock/").status_code == 302
    assert not Block.objects.exists()
    client.post("/people/bob/mute/")
    assert Mute.objects.get().muted == bob
    client.post("/people/bob/unmute/")
    assert not Mute.objects.exists()
    client.post("/me/blocked/", {"reach": "companions"})
    assert User.objects.get(pk=ann.pk).reach == "companions"
    assert "Your shield is up" in client.get("/me/blocked/", headers=ENGLISH).content.decode()
    assert client.post("/me/blocked/", {"reach": "friends"}).status_code == 400
    assert client.post("/people/ann/block/").status_code == 400
    assert client.post("/people/nobody/block/").status_code == 404
    assert client.get("/people/bob/mute/").status_code == 405


@pytest.mark.parametrize("act", ["block", "unblock", "mute", "unmute"])
def test_strangers_are_led_to_the_log_in(client, bob, act):
    assert client.post(f"/people/bob/{act}/").url.startswith("/accounts/login/")
    assert not Block.objects.exists()
    assert not Mute.objects.exists()


def test_api(ann, bob):
    api = api_of(ann)
    for _again in range(2):
        assert api.put("/api/v1/people/bob/block/").status_code == 204
        assert api.put("/api/v1/people/bob/mute/").status_code == 204
    kept = api.get("/api/v1/me/distance/").json()
    assert [person["username"] for person in kept["blocked"] + kept["muted"]] == ["bob", "bob"]
    for _again in range(2):
        assert api.delete("/api/v1/people/bob/block/").status_code == 204
        assert api.delete("/api/v1/people/bob/mute/").status_code == 204
    assert api.put("/api/v1/me/distance/", {"reach": "nobody"}, format="json").json() == {
        "reach": "nobody",
        "blocked": [],
        "muted": [],
    }
    answer = api.put("/api/v1/people/ann/block/")
    assert (answer.status_code, answer.json()["code"]) == (400, "not_oneself")
    answer = api.put("/api/v1/me/distance/", {"reach": "friends"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_reach")
    assert api.put("/api/v1/people/nobody/block/").status_code == 404
    assert APIClient().put("/api/v1/people/bob/block/").status_code == 401
    assert not Block.objects.exists()


def test_somebody_can_keep_only_so_many(monkeypatch, ann):
    monkeypatch.setattr(blocks, "DISTANT_MAX", 2)
    first = UserFactory()
    for person in (first, UserFactory(), first):
        blocks.block(user=ann, person=person)
    with pytest.raises(Refused) as refused:
        blocks.block(user=ann, person=UserFactory())
    assert refused.value.code == "too_many_blocked"
    assert Block.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_block():
    ann, bob = UserFactory(username="ann"), UserFactory(username="bob")
    gate = threading.Barrier(4, timeout=20)
    answers = []

    def tap(who, whom):
        client = Client()
        client.force_login(who)
        try:
            gate.wait()
            answers.append(client.post(f"/people/{whom.username}/block/").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap, args=pair) for pair in [(ann, bob), (ann, bob), (bob, ann), (bob, ann)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 4
    assert sorted(Block.objects.values_list("blocker__username", "blocked__username")) == [
        ("ann", "bob"),
        ("bob", "ann"),
    ]


def test_the_rule_stays_cheap(ann):
    """Whoever asks and however long everybody's lists are: one look into an index each way, once a statement."""
    crowd = User.objects.bulk_create([User(username=f"c{n}", nickname=f"c{n}") for n in range(3000)])
    Block.objects.bulk_create([Block(blocker=crowd[n], blocked=crowd[n - 1]) for n in range(3000)])
    Block.objects.bulk_create([Block(blocker=person, blocked=ann) for person in crowd[:30]])
    circle = CircleFactory()
    Post.objects.bulk_create([Post(circle=circle, author=crowd[n], key=uuid.uuid4(), body="x") for n in range(300)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_block, circles_post, circles_membership, accounts_user")
    rows = Post.objects.visible_to(ann).filter(circle=circle).newest_first()[:20]
    plan = json.loads(rows.explain(format="JSON", analyze=True))[0]["Plan"]
    looks = [node for node in _nodes(plan) if node.get("Relation Name") == "accounts_block"]
    assert len(looks) == 2
    assert {node["Node Type"] for node in looks} <= {"Index Only Scan", "Index Scan"}
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in looks) <= 60


def _nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def test_about_says_that_one_blocks_somebody_and_lets_go_of_it(ann, bob, client):
    client.force_login(ann)
    plain = client.get(f"/people/{bob.username}/about/", headers=ENGLISH).content.decode()
    assert "You block this person" not in plain
    assert f"/people/{bob.username}/block/" in plain
    blocks.block(user=ann, person=bob)
    page = client.get(f"/people/{bob.username}/about/", headers=ENGLISH).content.decode()
    assert "You block this person" in page
    assert f"/people/{bob.username}/unblock/" in page
    client.force_login(bob)
    assert "You block" not in client.get(f"/people/{ann.username}/about/", headers=ENGLISH).content.decode()


def test_english_writes_the_day_first():
    with translation.override("en"):
        assert formats.date_format(date(2026, 11, 3), "SHORT_DATE_FORMAT") == "3 Nov 2026"
        assert formats.date_format(date(2026, 11, 3), "DATE_FORMAT") == "3 November 2026"

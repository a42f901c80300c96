"""A post many people read at the same moment: what stands below it is read once, and never shown as it was before."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import blocks
from circles.actions import comment_likes, comments, holding
from circles.models import Held, Post
from circles.personal_data import erase
from core import lately
from tests.factories import CircleFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment(settings, monkeypatch):
    """Kept for a minute of a clock that stands still until it is moved."""
    now = [1000.0]
    settings.HOT_SECONDS = 60
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def post():
    return PostFactory(circle=CircleFactory())


@pytest.fixture
def read(post):
    def page(person=None) -> str:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client.get(f"/posts/{post.pk}/").content.decode()

    return page


@pytest.fixture
def readers():
    return UserFactory.create_batch(2)


def say(post, body, author=None):
    return comments.publish(author=author or UserFactory(), post=Post.objects.get(pk=post.pk), key=uuid4(), body=body)


def liked(page, comment):
    """(pressed, count) of the button beside a comment."""
    [tag] = re.findall(rf'<button[^>]*id="like-comment-{comment.pk}"[^>]*>', page)
    [pressed], [count] = re.findall(r'aria-pressed="(\w+)"', tag), re.findall(r'data-like="(\d+)"', tag)
    return pressed == "true", int(count)


class TestReadOnce:
    def test_the_second_reader_asks_for_neither_floors_nor_replies(self, post, read, readers):
        say(post, "第一层")
        for reader in readers:
            read(reader)  # session, badge: what is kept of each
        say(post, "第二层")
        asked = []
        for reader in readers:
            with CaptureQueriesContext(connection) as queries:
                assert "第二层" in read(reader)
            asked.append(len(queries))
        assert asked[0] - asked[1] >= 2

    def test_visitors_and_members_share_it(self, post, read, readers):
        say(post, "第一层")
        assert "第一层" in read()
        assert "第一层" in read(readers[0])

    def test_whoever_blocks_somebody_reads_for_themselves(self, post, read, readers):
        rude, blocker = UserFactory(), readers[1]
        say(post, "惹人厌", author=rude)
        assert "惹人厌" in read(blocker)
        blocks.block(user=blocker, person=rude)
        assert "惹人厌" not in read(blocker)
        assert "惹人厌" in read(readers[0])


class TestNothingOld:
    """Each reads, somebody changes something, each reads again in the same moment."""

    def test_a_new_comment(self, post, read, readers):
        read(readers[0])
        say(post, "刚刚说的")
        assert "刚刚说的" in read(readers[0])

    def test_one_comes_as_another_goes(self, post, read, readers):
        author = UserFactory()
        gone = say(post, "先说的", author=author)
        under = say(post, "回一句的人", author=author)
        read(readers[0])
        comments.delete(actor=author, comment=gone)
        comments.publish(author=author, post=post, key=uuid4(), body="补一句", parent=under)
        shown = read(readers[0])
        assert "先说的" not in shown
        assert "补一句" in shown

    def test_hidden_and_restored(self, post, read, readers):
        comment = say(post, "有争议")
        read(readers[0])
        comments.hide(comment=comment)
        assert "有争议" not in read(readers[0])
        comments.restore(comment=comment)
        assert "有争议" in read(readers[0])

    def test_hidden_then_deleted_changes_what_stands_in_its_place(self, post, read, readers):
        author = UserFactory()
        comment = say(post, "有争议", author=author)
        comments.hide(comment=comment)
        before = Post.objects.get(pk=post.pk).said_version
        comments.delete(actor=author, comment=comment)
        assert Post.objects.get(pk=post.pk).said_version > before

    def test_a_like_and_its_taking_back(self, post, read, readers):
        comment, fan = say(post, "好主意"), readers[0]
        assert liked(read(fan), comment) == (False, 0)
        comment_likes.like(user=fan, comment=comment)
        assert liked(read(fan), comment) == (True, 1)
        assert liked(read(readers[1]), comment) == (False, 1)
        comment_likes.unlike(user=fan, comment=comment)
        assert liked(read(fan), comment) == (False, 0)

    def test_the_words_of_somebody_who_left(self, post, read, readers):
        author = UserFactory()
        say(post, "我要走了", author=author)
        assert "我要走了" in read(readers[0])
        erase(author, keep_words=False)
        assert "我要走了" not in read(readers[0])

    def test_a_held_comment_let_through(self, post, read, readers):
        holding.set_words(actor=post.circle.owner, circle=post.circle, words=["微商"])
        waiting = say(post, "加我微商")
        assert "加我微商" not in read(readers[0])
        holding.release(actor=post.circle.owner, held=Held.objects.get(comment=waiting))
        assert "加我微商" in read(readers[0])


def test_a_name_is_as_old_as_the_setting_at_most(post, read, readers, moment):
    author = UserFactory(nickname="旧名字")
    say(post, "谁说的", author=author)
    assert "旧名字" in read(readers[0])
    author.nickname = "新名字"
    author.save(update_fields=["nickname"])
    assert "旧名字" in read(readers[1])
    moment[0] += 61
    assert "新名字" in read(readers[1])

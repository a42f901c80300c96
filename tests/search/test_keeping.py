"""The index follows, can be made anew, says when it lags, and forgets who leaves."""

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.actions import closing, profile
from accounts.models import User
from circles.actions import circles, comments
from circles.models import Post
from core.models import Job
from core.observability.checks import State
from search import queries
from search.health_checks import search_index
from search.models import CommentEntry, NameEntry, PostEntry
from tests.factories import CategoryFactory, CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory
from tests.feeds.community import publish, work
from tests.search.conftest import found

pytestmark = pytest.mark.django_db


def names(viewer, typed):
    return [card.circle.name for card in queries.circles(viewer, typed).items]


def test_names_follow():
    owner = UserFactory()
    circle = circles.found(owner=owner, name="书法圈", intro="", rules="", category=CategoryFactory())
    profile.update(user=owner, nickname="阿书", bio="")
    work()
    assert names(owner, "shufa") == ["书法圈"]
    assert queries.people(owner, "阿书").items == [owner]
    circles.update(actor=owner, circle=circle, name="篆刻圈")
    work()
    assert names(owner, "书法") == []
    assert names(owner, "zkq") == ["篆刻圈"]
    circles.close(circle=circle)
    assert names(owner, "zkq") == []
    work()
    assert not NameEntry.objects.filter(kind="circle").exists()


def test_comments_follow():
    circle = CircleFactory()
    member = MembershipFactory(circle=circle).user
    post = publish(member, circle, "练字")
    comment = comments.publish(author=member, post=post, key=uuid.uuid4(), body="书法真好")
    work()
    assert CommentEntry.objects.filter(pk=comment.pk).exists()
    comments.delete(actor=member, comment=comment)
    work()
    assert not CommentEntry.objects.exists()


def test_the_index_is_made_anew_in_ranges_and_twice_is_once(monkeypatch):
    monkeypatch.setattr("search.actions.indexing.RANGE_SIZE", 4)
    monkeypatch.setattr("search.actions.indexing.STEP_SIZE", 2)
    posts = [PostFactory(body_html="<p>书法</p>") for _ in range(11)]
    CommentFactory(post=posts[0])
    Post.objects.filter(pk=posts[3].pk).update(state="hidden")
    for _ in range(2):
        call_command("reindex_search", verbosity=0)
        work()
        assert set(PostEntry.objects.values_list("pk", flat=True)) == {post.pk for post in posts} - {posts[3].pk}
        assert CommentEntry.objects.count() == 1
    assert Job.objects.filter(handler="search.reindex_range", args__index="posts").count() >= 6
    assert len(found(UserFactory(), "书法")) == 10


def test_here_and_now(capsys):
    post = PostFactory()
    call_command("reindex_search", "--now", "--only", "posts")
    assert PostEntry.objects.get().pk == post.pk


def test_the_doctor_says_when_the_index_lags():
    assert search_index().state == State.WELL
    PostFactory()
    assert search_index().state == State.WELL
    PostFactory(published_at=timezone.now() - timedelta(minutes=10))
    finding = search_index()
    assert finding.state == State.WARNING
    assert "1" in str(finding.said)
    call_command("reindex_search", "--now", verbosity=0)
    assert search_index().state == State.WELL


@pytest.mark.parametrize("words", ["keep", "delete"])
def test_who_leaves_is_forgotten(words):
    circle = CircleFactory()
    member = MembershipFactory(circle=circle).user
    post = publish(member, circle, "书法")
    work()
    reader = UserFactory()
    assert found(reader, "书法", author=member) == [post.pk]
    closing.ask(user=member, words=words)
    due = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=member.pk).update(closing_at=due)
    assert closing.close(user_id=member.pk, due=due)
    assert not PostEntry.objects.exists()
    work()
    member.refresh_from_db()
    assert not NameEntry.objects.filter(kind="person", target_id=member.pk).exists()
    assert found(reader, "书法") == ([post.pk] if words == "keep" else [])
    assert found(reader, "书法", author=member) == []
    entry = PostEntry.objects.filter(pk=post.pk).first()
    assert (entry is not None) == (words == "keep")
    assert entry is None or f"=author{member.pk}" not in entry.words

"""Comments, replies and likes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from circles import queries
from circles.actions import circles, comments, likes, posts
from circles.models import Comment, Like, MembershipState, Publication, WordList
from core.errors import Invalid, NotFound, Refused
from tests.factories import MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return PostFactory()


def say(post, body="好", **fields):
    return comments.publish(**{"author": UserFactory(), "post": post, "key": uuid4(), "body": body, **fields})


def count(post) -> tuple[int, int]:
    """(comments counted, highest floor given); the first is held against the rows."""
    post.refresh_from_db()
    assert post.comment_count == Comment.objects.filter(post=post, state=Publication.PUBLISHED).count()
    return post.comment_count, post.floor_count


def refused(act, kind, code) -> None:
    with pytest.raises(kind) as refusal:
        act()
    assert refusal.value.code == code


def test_floors_and_replies(post, jobs):
    UserFactory(username="ming", nickname="小明")
    first, second = say(post, " 一楼@小明\x00 "), say(post)
    reply = say(post, "回", parent=first)
    deeper = say(post, "再回", parent=reply)
    assert [first.floor, second.floor, reply.floor, deeper.floor] == [1, 2, None, None]
    assert (reply.parent, reply.reply_to) == (first, first.author)
    assert (deeper.parent, deeper.reply_to) == (first, reply.author)
    assert (first.body, second.reply_to) == ("一楼@小明", None)
    assert first.body_html == '<p>一楼<a class="mention" href="/people/ming/">@小明</a></p>'
    assert count(post) == (4, 2)
    told = ["notifications.notify_comment", "daily.count_comment", "discovery.warm_answered"]
    assert jobs() == told * 4


@pytest.mark.parametrize("has_words", [False, True])
def test_a_comment_takes_few_queries(post, django_assert_num_queries, has_words):
    if has_words:
        WordList.objects.create(circle=post.circle, words=["卖票"])
    author = MembershipFactory(circle=post.circle).user
    seen = queries.post_to_answer(post.pk, author)
    # The membership, the post with all that is asked of it, the comment with counters and jobs, between savepoints.
    with django_assert_num_queries(2 + 3):
        said = comments.publish(author=author, post=seen, key=uuid4(), body="好")
    assert (said.floor, said.state) == (1, Publication.PUBLISHED)
    assert say(seen, "卖票", author=author).state == (Publication.HELD if has_words else Publication.PUBLISHED)


def test_a_key_makes_one_comment(post, jobs):
    author, key = UserFactory(), uuid4()
    first = say(post, author=author, key=key)
    jobs()
    assert say(post, "else", author=author, key=key) == first
    assert say(PostFactory(), "", author=author, key=key) == first
    assert (count(post), jobs()) == ((1, 1), [])
    assert say(post, key=key) != first


def test_numbers_are_never_given_twice(post):
    first, second = say(post), say(post)
    comments.delete(actor=second.author, comment=second)
    comments.delete(actor=second.author, comment=second)
    assert count(post) == (1, 2)
    assert say(post).floor == 3
    say(post, parent=first)
    comments.delete(actor=first.author, comment=first)
    assert count(post) == (2, 3)


def test_comment_refuses(post, jobs):
    later = timezone.now() + timedelta(days=1)
    gone, elsewhere = say(post), say(PostFactory())
    comments.hide(comment=gone)
    jobs()
    refused(lambda: say(post, " \u200b\n"), Invalid, "empty_comment")
    refused(lambda: say(post, "长" * 2_001), Invalid, "too_long")
    refused(lambda: say(post, author=UserFactory(verified_at=None)), Refused, "not_verified")
    refused(lambda: say(post, author=UserFactory(banned_until=later)), Refused, "banned")
    refused(lambda: say(post, parent=gone), NotFound, "comment_not_found")
    refused(lambda: say(post, parent=elsewhere), NotFound, "comment_not_found")
    for fields, code in (
        ({"state": MembershipState.BANNED}, "circle_banned"),
        ({"silenced_until": later}, "silenced"),
        ({"state": MembershipState.LEFT, "silenced_until": later}, "silenced"),
    ):
        member = MembershipFactory(circle=post.circle, **fields)
        refused(lambda member=member: say(post, author=member.user), Refused, code)
    posts.hide(post=post)
    refused(lambda: say(post), NotFound, "post_not_found")
    posts.restore(post=post)
    circles.close(circle=post.circle)
    refused(lambda: say(post), NotFound, "post_not_found")
    assert (count(post), jobs()) == ((0, 1), ["daily.count_post"] * 2)  # what hiding asks for


def test_delete_hide_and_restore(post):
    moderator = MembershipFactory(circle=post.circle, role="moderator").user
    mine, other = say(post), say(post)
    refused(lambda: comments.delete(actor=other.author, comment=mine), Refused, "not_author")
    assert [comments.hide(comment=mine), comments.hide(comment=mine)] == [True, False]
    assert count(post) == (1, 2)
    assert [comments.restore(comment=mine), comments.restore(comment=mine)] == [True, False]
    assert count(post) == (2, 2)
    comments.delete(actor=moderator, comment=mine)
    assert count(post) == (1, 2)
    refused(lambda: comments.restore(comment=mine), Refused, "comment_deleted")
    refused(lambda: comments.hide(comment=mine), Refused, "comment_deleted")
    comments.hide(comment=other)
    comments.delete(actor=other.author, comment=other)
    assert count(post) == (0, 2)


def test_like_once(post, jobs):
    person = UserFactory()
    for _ in range(2):
        likes.like(user=person, post=post)
    post.refresh_from_db()
    assert (post.like_count, Like.objects.count(), jobs()) == (
        1,
        1,
        ["notifications.notify_like", "circles.count_like_for_credit", "daily.count_like", "discovery.warm_liked"],
    )
    for _ in range(2):
        likes.unlike(user=person, post=post)
    post.refresh_from_db()
    assert (post.like_count, Like.objects.count(), jobs()) == (
        0,
        0,
        ["circles.count_like_for_credit", "daily.count_like", "discovery.warm_liked"],
    )


def test_like_refuses(post, jobs):
    banned = MembershipFactory(circle=post.circle, state=MembershipState.BANNED).user
    refused(lambda: likes.like(user=banned, post=post), Refused, "circle_banned")
    refused(lambda: likes.like(user=UserFactory(verified_at=None), post=post), Refused, "not_verified")
    post.state = Publication.HIDDEN
    post.save(update_fields=["state"])
    refused(lambda: likes.like(user=UserFactory(), post=post), Refused, "post_gone")
    post.refresh_from_db()
    assert (post.like_count, Like.objects.count(), jobs()) == (0, 0, [])

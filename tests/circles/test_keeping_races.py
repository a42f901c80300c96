"""Likes of comments, topics and collections when many do the same at once."""

from uuid import uuid4

import pytest

from circles.actions import collections, comment_likes, posts
from circles.models import CommentLike, PostTopic, Topic
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_likes_at_once_are_all_counted_and_each_once():
    comment = CommentFactory()
    people = [UserFactory() for _ in range(4)]
    at_once(*[lambda who=who: comment_likes.like(user=who, comment=comment) for who in people * 2])
    comment.refresh_from_db()
    assert (comment.like_count, CommentLike.objects.count(), comment.warmth) == (4, 4, 2322)


def test_posts_with_the_same_topics_in_any_order():
    circle = CircleFactory()
    people = [MembershipFactory(circle=circle).user for _ in range(6)]
    texts = ("#甲# #乙#", "#乙# #甲#")
    at_once(
        *[
            lambda who=who, text=texts[number % 2]: posts.publish(author=who, circle=circle, key=uuid4(), body=text)
            for number, who in enumerate(people)
        ]
    )
    assert sorted(Topic.objects.values_list("post_count", flat=True)) == [6, 6]
    assert PostTopic.objects.count() == 12


def test_what_is_added_while_another_puts_in_order_is_not_lost():
    circle = CircleFactory()
    book = collections.create(actor=circle.owner, circle=circle, title="手册")
    rows = [PostFactory(circle=circle) for _ in range(4)]
    first = [collections.add_page(actor=circle.owner, collection=book, post=post) for post in rows[:2]]
    order = [(None, [first[1].pk, first[0].pk])]
    at_once(
        lambda: collections.arrange(actor=circle.owner, collection=book, layout=order),
        *[lambda post=post: collections.add_page(actor=circle.owner, collection=book, post=post) for post in rows[2:]],
        lambda: collections.add_page(actor=circle.owner, collection=book, post=rows[2]),
    )
    book.refresh_from_db()
    assert book.page_count == book.pages.count() == 4
    found = list(book.pages.values_list("pk", flat=True))
    assert found.index(first[1].pk) < found.index(first[0].pk)

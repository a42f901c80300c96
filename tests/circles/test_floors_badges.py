"""Badges beside comments: as their owner chose, as of now, and at no query, though floors are kept."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import facts
from accounts.models import Fact, Institution
from circles.models import Comment
from tests.factories import CommentFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_they_come_and_go_with_their_facts(client):
    school = Institution.objects.create(slug="tingtao", kind="school", name="听涛 & “大学”", is_issuer=True)
    post, author = PostFactory(), UserFactory()
    floor = CommentFactory(post=post, author=author, floor=1)
    CommentFactory(post=post, author=author, floor=None, parent=floor, reply_to=author)
    ends = timezone.now() + timedelta(days=2, microseconds=123)
    fact = facts.grant(
        user=author, kind="student", value="tingtao", source="issuer", institution=school, valid_until=ends
    )
    client.force_login(UserFactory())

    def shown():
        page = client.get(post.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
        assert floor.body in page
        return page.count('title="Student at 听涛 &amp; “大学”"')

    assert shown() == 0
    facts.show(user=author, chosen={fact.pk: Fact.Shown.PROFILE})
    assert shown() == 0
    facts.show(user=author, chosen={fact.pk: Fact.Shown.CIRCLES})
    assert shown() == 2, "in the floor and in the reply"
    with CaptureQueriesContext(connection) as captured:
        assert shown() == 2
    assert len(captured) == 3, "floors with badges are kept like all others"
    with time_machine.travel(ends + timedelta(seconds=1)):
        assert shown() == 0
    assert shown() == 2
    Comment.objects.filter(pk=floor.pk).update(author_name="小号", author_linked=False)
    assert shown() == 1, "no badge leads from another name to the person"
    facts.revoke(fact=fact)
    assert shown() == 0

"""What the night puts right: counters that are off, drafts nobody comes back to."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from circles.actions import likes
from circles.models import Circle, Draft, Post
from circles.tasks import nightly as tasks
from core.jobs import worker
from core.models import Job, JobState
from tests.factories import CircleFactory, CommentFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def work():
    while worker.drain("bulk"):
        pass
    nightly = Job.objects.filter(
        handler__in=("circles.recount_circles", "circles.purge_drafts", "circles.purge_exports")
    )
    assert not nightly.exclude(state=JobState.DONE).exists()


def test_counters_that_are_off_are_put_right():
    circle, quiet = CircleFactory(), CircleFactory()
    post, other = PostFactory(circle=circle), PostFactory(circle=circle)
    floor = CommentFactory(post=post)
    CommentFactory(post=post, floor=None, parent=floor)
    CommentFactory(post=post, state="deleted")
    likes.like(user=UserFactory(), post=post)
    Circle.objects.update(member_count=77, post_count=0)
    Post.objects.update(comment_count=0, like_count=9)

    tasks.tidy()
    tasks.tidy()
    work()

    circle.refresh_from_db()
    assert (circle.member_count, circle.post_count) == (circle.memberships.filter(state="active").count(), 2)
    quiet.refresh_from_db()
    assert quiet.post_count == 0
    post.refresh_from_db()
    other.refresh_from_db()
    assert (post.comment_count, post.like_count) == (2, 1)
    assert (other.comment_count, other.like_count) == (0, 0)
    assert Job.objects.filter(handler="circles.recount_circles").count() == 1


def test_a_like_at_the_same_moment_is_counted_once():
    post, person = PostFactory(), UserFactory()
    Post.objects.filter(pk=post.pk).update(like_count=40)
    counter = tasks.COUNTERS[3]
    assert counter.field == "like_count"
    liked = threading.Event()

    def like_late():
        with transaction.atomic():
            likes.like(user=person, post=post)
            liked.set()
            threading.Event().wait(0.5)
        connection.close()

    other = threading.Thread(target=like_late)
    other.start()
    assert liked.wait(10)
    tasks.recount((counter,), {"counter": 0, "after": post.pk - 1})
    other.join()
    post.refresh_from_db()
    assert post.like_count == 1


def test_old_drafts_go_and_newer_ones_stay():
    old, newer = (Draft.objects.create(author=UserFactory(), body=words) for words in ("旧的", "新的"))
    long_ago = timezone.now() - timedelta(days=settings.DRAFT_KEEP_DAYS, hours=1)
    Draft.objects.filter(pk=old.pk).update(updated_at=long_ago)
    tasks.tidy()
    work()
    assert list(Draft.objects.values_list("pk", flat=True)) == [newer.pk]

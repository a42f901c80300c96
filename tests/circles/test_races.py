"""The same at the same time: real threads, each with its own connection to Postgres."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from circles.actions import circles, comment_likes, comments, drafts, likes, memberships, posts
from circles.kinds import Composition
from circles.models import Circle, Comment, Draft, Like, Membership, MembershipState, Post, PostPhoto
from core.errors import DomainError
from core.models import Job
from tests.factories import CategoryFactory, CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or the DomainError it raised; anything else raised fails the test."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            results[place] = act()
        except BaseException as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, DomainError):
            raise result
    return results


def jobs_of(handler: str) -> int:
    return Job.objects.filter(handler=handler).count()


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(member_count=2))


def test_one_key_makes_one_post(member, photo):
    key = uuid4()
    picture = drafts.add_photo(author=member.user, draft_id=key, circle=member.circle, upload=photo())
    other = MembershipFactory(user=member.user).circle

    def send(circle):
        what = Composition(body="一次")
        return lambda: posts.send(author=member.user, circle=circle, key=key, what=what, pictures=[picture])

    made = at_once(*[send(member.circle) for _ in range(6)], send(other), send(other))
    post = Post.objects.get()
    assert {result.post.pk for result in made} == {post.pk}
    assert [result.is_new for result in made].count(True) == 1
    assert PostPhoto.objects.get().picture == picture
    assert not Draft.objects.exists()
    assert sum(Circle.objects.values_list("post_count", flat=True)) == 1
    assert jobs_of("feeds.fan_out_post") == 1


def test_one_picture_goes_into_one_post(member, picture):
    shot = picture(member.user)
    made = at_once(
        *[
            lambda: posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="", pictures=[shot])
            for _ in range(4)
        ]
    )
    assert sorted(getattr(result, "code", "") for result in made) == ["", *["picture_in_use"] * 3]
    assert Post.objects.get().photos.get().picture == shot


def test_floors_have_no_gaps_and_no_doubles():
    post, people = PostFactory(), [UserFactory() for _ in range(20)]
    made = at_once(
        *[lambda person=person: comments.publish(author=person, post=post, key=uuid4(), body="抢") for person in people]
    )
    assert sorted(comment.floor for comment in made) == list(range(1, 21))
    post.refresh_from_db()
    assert (post.comment_count, post.floor_count) == (20, 20)
    assert jobs_of("notifications.notify_comment") == 20


def test_one_key_makes_one_comment():
    post, person, key = PostFactory(), UserFactory(), uuid4()
    made = at_once(*[lambda: comments.publish(author=person, post=post, key=key, body="好") for _ in range(8)])
    assert {comment.pk for comment in made} == {Comment.objects.get().pk}
    post.refresh_from_db()
    assert (post.comment_count, post.floor_count) == (1, 1)


def test_a_comment_is_counted_off_once(member):
    post = PostFactory(circle=member.circle)
    said = comments.publish(author=member.user, post=post, key=uuid4(), body="好")
    at_once(
        *[lambda: comments.delete(actor=member.user, comment=said) for _ in range(4)],
        *[lambda: comments.hide(comment=said) for _ in range(4)],
    )
    post.refresh_from_db()
    assert post.comment_count == 0


def test_likes_are_counted_as_they_are():
    post, people = PostFactory(), [UserFactory() for _ in range(4)]
    at_once(*[lambda person=person: likes.like(user=person, post=post) for person in people for _ in range(3)])
    post.refresh_from_db()
    assert post.like_count == Like.objects.count() == 4
    assert jobs_of("notifications.notify_like") == 4

    mixed = [likes.like, likes.unlike] * 8
    random.Random(7).shuffle(mixed)
    at_once(*[lambda act=act, n=n: act(user=people[n % 4], post=post) for n, act in enumerate(mixed)])
    post.refresh_from_db()
    assert post.like_count == Like.objects.count()


def test_members_are_counted_as_they_are():
    circle, people = CircleFactory(), [UserFactory() for _ in range(4)]
    at_once(
        *[lambda person=person: memberships.join(user=person, circle=circle) for person in people for _ in range(3)]
    )
    circle.refresh_from_db()
    assert circle.member_count == Membership.objects.active().count() == 5
    assert jobs_of("feeds.backfill_timeline") == 4

    acts = [memberships.join, memberships.leave] * 8
    random.Random(3).shuffle(acts)
    at_once(*[lambda act=act, n=n: act(user=people[n % 4], circle=circle) for n, act in enumerate(acts)])
    circle.refresh_from_db()
    assert circle.member_count == Membership.objects.active().count()


@pytest.mark.parametrize("was_member", [False, True])
def test_nobody_slips_in_while_being_banned(was_member):
    circle, person = CircleFactory(), UserFactory()
    if was_member:
        memberships.join(user=person, circle=circle)
    at_once(
        lambda: memberships.join(user=person, circle=circle),
        lambda: memberships.ban(user=person, circle=circle),
        lambda: memberships.join(user=person, circle=circle),
    )
    assert Membership.objects.get(user=person).state == MembershipState.BANNED
    circle.refresh_from_db()
    assert circle.member_count == circle.memberships.active().count() == 1


def test_posts_are_counted_as_they_are(member):
    made = [PostFactory(circle=member.circle, author=member.user) for _ in range(3)]
    Circle.objects.filter(pk=member.circle_id).update(post_count=3)
    at_once(
        *[lambda post=post: posts.delete(actor=member.user, post=post) for post in made[:2] for _ in range(3)],
        *[lambda post=post: posts.hide(post=post) for post in made for _ in range(2)],
        lambda: posts.restore(post=made[2]),
        lambda: posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="新"),
    )
    member.circle.refresh_from_db()
    assert member.circle.post_count == Post.objects.visible_to(AnonymousUser()).count()


def test_nobody_founds_more_than_they_may(settings):
    settings.CIRCLES_OWNED_MAX = 2
    owner, category = UserFactory(), CategoryFactory()
    made = at_once(
        *[
            lambda n=n: circles.found(owner=owner, name=f"圈{n}", intro="", rules="", category=category)
            for n in range(6)
        ]
    )
    assert sorted(getattr(result, "code", "") for result in made) == ["", "", *["too_many_circles"] * 4]
    assert Circle.objects.count() == 2


def test_an_address_is_given_once():
    category = CategoryFactory()
    people = [UserFactory() for _ in range(4)]
    made = at_once(
        *[
            lambda person=person: circles.found(
                owner=person, name="圈", intro="", rules="", category=category, slug="street"
            )
            for person in people
        ]
    )
    assert sorted(getattr(result, "code", "") for result in made) == ["", *["slug_taken"] * 3]
    assert len(set(Circle.objects.values_list("number", flat=True))) == 1


@pytest.mark.parametrize("name", ["like", "delete", "hide"])
def test_who_waits_for_a_post_holds_none_of_its_comments(member, name):
    """Else whoever accepts an answer, the post locked already, and they would wait for each other."""
    post = PostFactory(circle=member.circle)
    comment = comments.publish(author=member.user, post=post, key=uuid4(), body="就这么办")
    fan = MembershipFactory(circle=member.circle).user
    act = {
        "like": lambda: comment_likes.like(user=fan, comment=comment),
        "delete": lambda: comments.delete(actor=member.user, comment=comment),
        "hide": lambda: comments.hide(comment=comment),
    }[name]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Post.objects.select_for_update(no_key=True).get(pk=post.pk)
            waiting = pool.submit(lambda: (act(), connection.close()))
            _until_somebody_waits()
            Comment.objects.select_for_update(no_key=True, nowait=True).get(pk=comment.pk)
        waiting.result(timeout=20)


def _until_somebody_waits():
    ends = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits for a lock.")

"""Reading costs the same number of queries however much there is to read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circles import queries
from core.models import Picture
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


def person():
    user = UserFactory()
    user.avatar = Picture.objects.create(owner=user, width=1, height=1, byte_count=1)
    user.save()
    return user


def with_photo(post):
    picture = Picture.objects.create(owner=post.author, width=1, height=1, byte_count=1)
    post.photos.create(picture=picture)
    return post


def cost(client, url, *, of, expected, **headers):
    """Queries of one page that shows `expected` of what `of` matches. Asked twice: the first one fills caches."""
    client.get(url)
    with CaptureQueriesContext(connection) as context:
        response = client.get(url, **headers)
    assert response.content.decode().count(of) == expected
    return len(context)


@pytest.fixture
def viewer(client):
    user = person()
    client.force_login(user)
    return user


def test_the_circle_page(client, viewer, settings):
    settings.FEED_PAGE_SIZE = 50
    circle = CircleFactory(slug="photo")
    MembershipFactory(circle=circle, user=viewer)
    costs = []
    for more in (5, 45):
        for number in range(more):
            post = with_photo(PostFactory(circle=circle, author=person() if number % 2 else viewer))
            post.likes.create(user=viewer)
        costs.append(cost(client, "/circles/photo/", of='class="card post"', expected=sum([5, 45][: len(costs) + 1])))
    assert costs == [1, 1]


def test_the_post_page(client, viewer, monkeypatch):
    monkeypatch.setattr(queries, "FLOORS_PER_PAGE", 50)
    post = with_photo(PostFactory())
    costs = []
    for first, last in ((1, 5), (6, 50)):
        for number in range(first, last + 1):
            floor = CommentFactory(post=post, floor=number, author=person())
            CommentFactory(post=post, floor=None, parent=floor, author=person(), reply_to=floor.author)
        costs.append(cost(client, f"/posts/{post.pk}/", of='class="floor"', expected=last))
    assert costs == [3, 3]


def test_the_discover_page(client, viewer):
    costs = []
    for more, shown in ((5, 5), (45, 20)):
        for _number in range(more):
            MembershipFactory(circle=CircleFactory(), user=viewer)
        costs.append(cost(client, "/circles/", of='class="circle-card"', expected=shown))
    assert costs[0] == costs[1]


def test_the_members_page(client, viewer):
    circle = CircleFactory(slug="photo")
    costs = []
    for more, shown in ((4, 7), (45, 32)):  # the owner stands in three places
        for _number in range(more):
            MembershipFactory(circle=circle, user=person())
        costs.append(
            cost(client, "/circles/photo/members/", of='<li><a class="list-row" href="/people/', expected=shown)
        )
    assert costs == [5, 5]


@pytest.mark.parametrize("url", ["/circles/none/", "/posts/7/"])
def test_what_is_not_in_the_open_is_not_looked_for_there_twice(client, viewer, url):
    assert client.get(url).status_code == 404
    with CaptureQueriesContext(connection) as context:
        client.get(url)
    assert len(context) == 3, (
        "whoever looks, with what is in the open; behind a gate; an entrance, or one's own held post"
    )

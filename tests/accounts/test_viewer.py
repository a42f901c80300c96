"""Who looks at a page: loaded once, and without the wrapper."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from accounts.actions import blocks
from accounts.backends import AuthenticationBackend, _by_id
from accounts.models import User
from accounts.viewer import viewer_of
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory


def test_the_viewer_is_the_row_itself_from_then_on(rf):
    request, ann = rf.get("/"), User(pk=7)
    request.user = SimpleLazyObject(lambda: ann)
    assert viewer_of(request) is ann
    assert request.user is ann
    assert viewer_of(request) is ann


def test_a_visitor_stays_one(rf):
    request = rf.get("/")
    request.user = SimpleLazyObject(AnonymousUser)
    assert type(viewer_of(request)) is AnonymousUser


@pytest.mark.django_db
@pytest.mark.parametrize("distance", ["block", "met", "mute", "nothing"])
def test_who_is_logged_in_is_known_to_keep_distance(distance):
    ann, bob = UserFactory(), UserFactory()
    if distance == "block":
        blocks.block(user=ann, person=bob)
    elif distance == "met":
        blocks.block(user=bob, person=ann)
    elif distance == "mute":
        blocks.mute(user=ann, person=bob)
    loaded = AuthenticationBackend().get_user(ann.pk)
    assert loaded.keeps_distance is (distance != "nothing")
    assert User.objects.get(pk=ann.pk).keeps_distance is True, "not known, so it may be"


@pytest.mark.django_db
def test_who_blocks_somebody_keeps_distance_at_once():
    ann, bob = UserFactory(), UserFactory()
    viewer = AuthenticationBackend().get_user(ann.pk)
    blocks.block(user=viewer, person=bob)
    assert viewer.keeps_distance


@pytest.fixture
def circle():
    circle = CircleFactory(slug="tea")
    PostFactory(circle=circle, body="早上好")
    return circle


PAGES = ["/", "/circles/tea/", "the post"]


def address(page, circle):
    return f"/posts/{circle.posts.get().pk}/" if page == "the post" else page


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
class TestReadTogether:
    """Whoever looks is read in one round trip with what the page begins with: everything holds that held before."""

    def test_nobody_is_read_alone(self, client, circle, page, monkeypatch):
        client.force_login(MembershipFactory(circle=circle).user)
        monkeypatch.setattr(_by_id, "first", lambda **_values: pytest.fail("read alone"))
        assert "早上好" in client.get(address(page, circle)).content.decode()

    def test_a_session_ends_with_the_password(self, client, circle, page):
        user = MembershipFactory(circle=circle).user
        client.force_login(user)
        assert user.nickname in client.get(address(page, circle)).content.decode()
        user.set_password("another-one")
        user.save()
        assert user.nickname not in client.get(address(page, circle)).content.decode()
        assert SESSION_KEY not in client.session

    @pytest.mark.parametrize("change", ["inactive", "gone"])
    def test_who_may_not_log_in_is_a_visitor(self, client, circle, page, change):
        user = UserFactory()
        client.force_login(user)
        assert user.nickname in client.get(address(page, circle)).content.decode()
        if change == "inactive":
            User.objects.filter(pk=user.pk).update(is_active=False)
        else:
            User.objects.filter(pk=user.pk).delete()
        answer = client.get(address(page, circle))
        assert answer.status_code == 200
        assert user.nickname not in answer.content.decode()

    def test_each_request_its_own_viewer(self, circle, page):
        clients = [(Client(), MembershipFactory(circle=circle).user) for _ in range(2)]
        for client, user in clients:
            client.force_login(user)
        visitor = Client()
        for _ in range(2):
            for client, user in clients:
                text = client.get(address(page, circle)).content.decode()
                assert [other.nickname in text for _, other in clients] == [other == user for _, other in clients]
            text = visitor.get(address(page, circle)).content.decode()
            assert not any(user.nickname in text for _, user in clients)

    def test_who_keeps_distance_sees_nothing_of_those_they_keep_it_to(self, client, circle, page):
        user, author = MembershipFactory(circle=circle).user, circle.posts.get().author
        client.force_login(user)
        assert "早上好" in client.get(address(page, circle)).content.decode()
        blocks.block(user=user, person=author)
        answer = client.get(address(page, circle))
        assert answer.status_code == (404 if page == "the post" else 200)
        assert "早上好" not in answer.content.decode()
        blocks.unblock(user=user, person=author)
        assert "早上好" in client.get(address(page, circle)).content.decode()

    def test_a_new_version_of_the_terms_costs_no_query(self, client, circle, page, settings):
        settings.AGREEMENT_VERSION = 2
        agreed, not_yet = (UserFactory(agreed_version=version) for version in (2, 1))
        MembershipFactory(circle=circle, user=agreed)
        client.force_login(agreed)
        client.get(address(page, circle))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(page, circle))
        settings.AGREEMENT_VERSION = 1
        with CaptureQueriesContext(connection) as before:
            client.get(address(page, circle))
        assert len(captured) == len(before)
        settings.AGREEMENT_VERSION = 2
        client.force_login(not_yet)
        assert client.get(address(page, circle)).url.startswith("/me/agree/?next=")

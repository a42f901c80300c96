"""Who looks at a page: loaded once, and without the wrapper."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from accounts.actions import blocks
from accounts.backends import AuthenticationBackend
from accounts.models import User
from accounts.viewer import viewer_of
from tests.factories import UserFactory


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

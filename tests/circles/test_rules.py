"""Who may do what in circles: every answer, and its code."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from circles import rules
from circles.models import CircleState, MembershipState, PostKind, Publication, Role
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

LATER = timezone.now() + timedelta(days=1)
EARLIER = timezone.now() - timedelta(days=1)


@pytest.fixture
def circle():
    return CircleFactory()


def code(decision) -> str:
    assert bool(decision) == (decision.code == "")
    assert bool(decision) == (str(decision.message) == "")
    return decision.code


def people():
    return {
        "not_authenticated": AnonymousUser(),
        "not_verified": UserFactory(verified_at=None),
        "banned": UserFactory(banned_until=LATER),
    }


def test_every_write_asks_who_it_is(circle):
    for expected, person in people().items():
        post = PostFactory(circle=circle)
        own = PostFactory(circle=circle, author=person) if person.is_authenticated else post
        assert code(rules.can_found(person)) == expected
        assert code(rules.can_join(person, circle, None)) == expected
        assert code(rules.can_post(person, circle, None)) == expected
        assert code(rules.can_comment(person, post, None)) == expected
        assert code(rules.can_like(person, post, None)) == expected
        assert code(rules.can_edit(person, own)) == expected
        assert code(rules.can_feature(person, None)) == expected
        assert code(rules.can_announce(person, circle)) == expected
        assert code(rules.can_manage(person, None)) == expected


def test_found(settings):
    person = UserFactory()
    assert code(rules.can_found(person, owned=settings.CIRCLES_OWNED_MAX - 1)) == ""
    assert code(rules.can_found(person, owned=settings.CIRCLES_OWNED_MAX)) == "too_many_circles"


@pytest.mark.parametrize(
    ("state", "silenced_until", "joins", "posts", "comments", "likes"),
    [
        (None, None, "", "not_member", "", ""),
        (MembershipState.ACTIVE, None, "", "", "", ""),
        (MembershipState.ACTIVE, EARLIER, "", "", "", ""),
        (MembershipState.ACTIVE, LATER, "", "silenced", "silenced", ""),
        (MembershipState.LEFT, None, "", "not_member", "", ""),
        (MembershipState.LEFT, LATER, "", "not_member", "silenced", ""),
        (MembershipState.BANNED, None, "circle_banned", "circle_banned", "circle_banned", "circle_banned"),
    ],
)
def test_members_and_guests(circle, state, silenced_until, joins, posts, comments, likes):
    person = UserFactory()
    membership = state and MembershipFactory(circle=circle, user=person, state=state, silenced_until=silenced_until)
    post = PostFactory(circle=circle)
    own = PostFactory(circle=circle, author=person)
    assert code(rules.can_join(person, circle, membership)) == joins
    assert code(rules.can_post(person, circle, membership)) == posts
    assert code(rules.can_comment(person, post, membership)) == comments
    assert code(rules.can_like(person, post, membership)) == likes
    assert code(rules.can_edit(person, own, membership)) == comments
    assert code(rules.can_edit(person, post, membership)) == "not_author"
    assert code(rules.can_delete(person, own, membership)) == ""
    assert code(rules.can_delete(person, post, membership)) == "not_author"


def test_a_closed_circle_and_a_post_that_is_gone(circle):
    member = MembershipFactory(circle=circle)
    for state in (Publication.HIDDEN, Publication.DELETED):
        post = PostFactory(circle=circle, author=member.user, state=state)
        assert code(rules.can_comment(member.user, post, member)) == "post_gone"
        assert code(rules.can_like(member.user, post, member)) == "post_gone"
        assert code(rules.can_edit(member.user, post, member)) == "post_gone"
    circle.state = CircleState.CLOSED
    assert code(rules.can_join(UserFactory(), circle, None)) == "circle_closed"
    assert code(rules.can_post(member.user, circle, member)) == "circle_closed"
    assert code(rules.can_publish(member.user, circle, member, kind=PostKind.ANNOUNCEMENT)) == "circle_closed"


def test_staff_of_the_circle(circle):
    post, comment = PostFactory(circle=circle), CommentFactory()
    no = "not_circle_staff"
    for role, marks, deletes in (
        (Role.ADMIN, "", ""),
        (Role.MODERATOR, no, ""),
        (Role.EDITOR, "", "not_author"),
        (Role.MEMBER, no, "not_author"),
    ):
        membership = MembershipFactory(circle=circle, role=role)
        assert code(rules.can_feature(membership.user, membership)) == marks
        assert code(rules.can_pin(membership.user, membership)) == marks
        assert code(rules.can_delete(membership.user, post, membership)) == deletes
        assert code(rules.can_delete(membership.user, comment, membership)) == deletes
        assert code(rules.can_manage(membership.user, membership)) == "not_owner"
        assert code(rules.can_leave(membership.user, membership)) == ""
    owner = circle.memberships.get(role=Role.OWNER)
    assert code(rules.can_feature(circle.owner, owner)) == ""
    assert code(rules.can_manage(circle.owner, owner)) == ""
    assert code(rules.can_leave(circle.owner, owner)) == "owner_cannot_leave"


def test_taking_back_ones_own_is_open_to_the_banned(circle):
    person = UserFactory(banned_until=LATER)
    membership = MembershipFactory(circle=circle, user=person, role=Role.MODERATOR)
    assert code(rules.can_leave(person, membership)) == ""
    assert code(rules.can_delete(person, PostFactory(circle=circle, author=person), membership)) == ""
    assert code(rules.can_delete(person, PostFactory(circle=circle), membership)) == "banned"
    assert code(rules.can_leave(AnonymousUser(), None)) == "not_authenticated"
    assert code(rules.can_delete(AnonymousUser(), PostFactory(circle=circle), None)) == "not_authenticated"

"""Founding and changing circles, coming and going."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions import circles, memberships
from circles.models import Circle, CircleKind, CircleState, Membership, MembershipState, Role
from core.errors import Invalid, NotFound, Refused
from core.models import Job
from tests.factories import CategoryFactory, CircleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def found(owner=None, **fields):
    fields = {"name": "街头摄影", "intro": "", "rules": "", "category": CategoryFactory(), **fields}
    return circles.found(owner=owner or UserFactory(), **fields)


# --- Founding ------------------------------------------------------------------------------------


def test_found(picture):
    owner = UserFactory()
    cover, avatar = picture(owner), picture(owner)
    circle = found(owner, name=" 街头\x00 摄影 ", intro="光\r\n影", rules="一\n\n\n\n二", cover=cover, avatar=avatar)
    circle.refresh_from_db()
    assert (circle.name, circle.intro, circle.rules) == ("街头 摄影", "光\n影", "一\n\n二")
    assert circle.slug == f"c{circle.number}"
    assert (circle.cover, circle.avatar) == (cover, avatar)
    assert (circle.member_count, circle.post_count, circle.kind) == (1, 0, CircleKind.INTEREST)
    membership = Membership.objects.get(circle=circle)
    assert (membership.user, membership.role, membership.state) == (owner, Role.OWNER, MembershipState.ACTIVE)
    assert found(slug="Street-Light").slug == "street-light"
    assert found().number > circle.number


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": " \u200b "}, "required", "name"),
        ({"name": "长" * 31}, "too_long", "name"),
        ({"intro": "长" * 301}, "too_long", "intro"),
        ({"rules": "长" * 2001}, "too_long", "rules"),
        ({"slug": "a" * 41}, "too_long", "slug"),
        ({"slug": "摄影"}, "bad_slug", "slug"),
        ({"slug": "-a"}, "bad_slug", "slug"),
        ({"slug": "a--b"}, "bad_slug", "slug"),
        ({"slug": "a/b"}, "bad_slug", "slug"),
        ({"slug": "new"}, "slug_reserved", "slug"),
        ({"slug": "Discover"}, "slug_reserved", "slug"),
        ({"slug": "c10001"}, "slug_reserved", "slug"),
        ({"slug": "2026"}, "slug_reserved", "slug"),
        ({"slug": "taken"}, "slug_taken", "slug"),
    ],
)
def test_found_refuses(fields, code, field):
    CircleFactory(slug="taken")
    with pytest.raises(Invalid) as refusal:
        found(**fields)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert Circle.objects.count() == 1


def test_found_asks_who_it_is_and_how_many_they_have(settings, picture):
    settings.CIRCLES_OWNED_MAX = 2
    owner = UserFactory()
    CircleFactory(owner=owner)
    CircleFactory(owner=owner, state=CircleState.CLOSED)
    CircleFactory(owner=owner, kind=CircleKind.MERCHANT)
    found(owner)
    for person, code in ((owner, "too_many_circles"), (UserFactory(verified_at=None), "not_verified")):
        with pytest.raises(Refused) as refusal:
            found(person)
        assert refusal.value.code == code
    assert found(owner, kind=CircleKind.MERCHANT).kind == CircleKind.MERCHANT
    with pytest.raises(NotFound):
        found(cover=picture(owner))
    assert Circle.objects.count() == 5


def test_update(picture):
    circle = CircleFactory(intro="before", rules="same")
    cover, category = picture(circle.owner), CategoryFactory()
    circles.update(actor=circle.owner, circle=circle, name="新名", intro="", category=category, cover=cover)
    circle.refresh_from_db()
    assert (circle.name, circle.intro, circle.rules) == ("新名", "", "same")
    assert (circle.category, circle.cover, circle.avatar) == (category, cover, None)


def test_update_refuses(picture):
    circle = CircleFactory(name="same")
    moderator = MembershipFactory(circle=circle, role=Role.MODERATOR).user
    with pytest.raises(Refused) as refusal:
        circles.update(actor=moderator, circle=circle, name="mine")
    assert refusal.value.code == "not_circle_staff"
    with pytest.raises(Invalid):
        circles.update(actor=circle.owner, circle=circle, name="  ")
    with pytest.raises(NotFound):
        circles.update(actor=circle.owner, circle=circle, avatar=picture(moderator))
    circles.close(circle=circle)
    with pytest.raises(NotFound):
        circles.update(actor=circle.owner, circle=circle, name="late")
    circle.refresh_from_db()
    assert (circle.name, circle.avatar) == ("same", None)


def test_close_and_reopen_tell_whether_they_did():
    circle = CircleFactory()
    assert [circles.close(circle=circle), circles.close(circle=circle)] == [True, False]
    assert not Circle.objects.visible_to(circle.owner).exists()
    assert [circles.reopen(circle=circle), circles.reopen(circle=circle)] == [True, False]
    assert Circle.objects.visible_to(circle.owner).get() == circle


# --- Memberships ---------------------------------------------------------------------------------


def count_of(circle) -> int:
    circle.refresh_from_db()
    assert circle.member_count == circle.memberships.active().count()
    return circle.member_count


def test_join_leave_and_come_back(jobs):
    circle, person = CircleFactory(), UserFactory()
    first = memberships.join(user=person, circle=circle)
    assert (first.role, first.state, count_of(circle)) == (Role.MEMBER, MembershipState.ACTIVE, 2)
    assert jobs() == [
        "feeds.backfill_timeline",
        "discovery.gather_for_member",
        "notifications.notify_welcome",
        "daily.look_at_newcomer",
    ]
    assert memberships.join(user=person, circle=circle).pk == first.pk
    assert (count_of(circle), jobs()) == (2, [])

    Membership.objects.filter(pk=first.pk).update(role=Role.MODERATOR)
    memberships.leave(user=person, circle=circle)
    assert (count_of(circle), jobs()) == (1, ["feeds.forget_circle"])
    memberships.leave(user=person, circle=circle)
    memberships.leave(user=UserFactory(), circle=circle)
    assert (count_of(circle), jobs()) == (1, [])

    again = memberships.join(user=person, circle=circle)
    assert (again.pk, again.role, count_of(circle)) == (first.pk, Role.MEMBER, 2)
    assert again.joined_at > first.joined_at


def test_join_and_leave_refuse(jobs):
    circle = CircleFactory()
    for person, code in (
        (UserFactory(verified_at=None), "not_verified"),
        (UserFactory(banned_until=timezone.now() + timedelta(days=1)), "banned"),
        (MembershipFactory(circle=circle, state=MembershipState.BANNED).user, "circle_banned"),
    ):
        with pytest.raises(Refused) as refusal:
            memberships.join(user=person, circle=circle)
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        memberships.leave(user=circle.owner, circle=circle)
    assert refusal.value.code == "owner_cannot_leave"
    circles.close(circle=circle)
    with pytest.raises(Refused) as refusal:
        memberships.join(user=UserFactory(), circle=circle)
    assert refusal.value.code == "circle_closed"
    assert (count_of(circle), Membership.objects.count(), jobs()) == (1, 2, [])


def test_mute():
    member = MembershipFactory()
    assert memberships.set_muted(user=member.user, circle=member.circle, muted=True).muted
    member.refresh_from_db()
    assert member.muted
    with pytest.raises(Refused) as refusal:
        memberships.set_muted(user=UserFactory(), circle=member.circle, muted=True)
    assert refusal.value.code == "not_member"


def test_silence_outlives_leaving_and_reaches_guests():
    circle, guest, until = CircleFactory(), UserFactory(), timezone.now() + timedelta(days=3)
    assert memberships.silence(user=guest, circle=circle, until=until).state == MembershipState.LEFT
    assert count_of(circle) == 1
    assert memberships.join(user=guest, circle=circle).is_silenced
    memberships.leave(user=guest, circle=circle)
    memberships.join(user=guest, circle=circle)
    assert Membership.objects.get(user=guest).silenced_until == until
    memberships.unsilence(user=guest, circle=circle)
    assert not Membership.objects.get(user=guest).is_silenced


def test_ban_and_unban(jobs):
    circle = CircleFactory()
    member, stranger = MembershipFactory(circle=circle, role=Role.MODERATOR).user, UserFactory()
    Circle.objects.update(member_count=2)
    for _ in range(2):
        memberships.ban(user=member, circle=circle)
        memberships.ban(user=stranger, circle=circle)
    assert (count_of(circle), jobs()) == (1, ["feeds.forget_circle"])
    for person in (member, stranger):
        with pytest.raises(Refused) as refusal:
            memberships.join(user=person, circle=circle)
        assert refusal.value.code == "circle_banned"
        memberships.unban(user=person, circle=circle)
        memberships.unban(user=person, circle=circle)
        assert not Membership.objects.get(user=person).is_active
        assert memberships.join(user=person, circle=circle).role == Role.MEMBER
    assert count_of(circle) == 3


def test_the_owner_is_neither_banned_nor_silenced():
    circle = CircleFactory()
    for act in (
        lambda: memberships.ban(user=circle.owner, circle=circle),
        lambda: memberships.silence(user=circle.owner, circle=circle, until=timezone.now() + timedelta(days=1)),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "is_owner"
    assert Membership.objects.get().role == Role.OWNER
    assert not Job.objects.exists()

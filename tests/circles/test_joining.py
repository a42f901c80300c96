"""Ways in: applications, invitations, the cap, and circles that are closed or hidden. Races on Postgres."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from circles.actions import bylines, circles, invitations, joining, keeping_order, memberships, roles
from circles.models import Circle, Deed, Invitation, JoinRequest, Membership, Power, Role
from core.errors import DomainError
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory
from tests.feeds.community import work
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle():
    return CircleFactory(slug="salon", name="沙龙")


def change(circle, **fields):
    circles.update(actor=circle.owner, circle=circle, **fields)
    circle.refresh_from_db()


def code_of(act):
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def codes(results):
    return sorted(getattr(result, "code", "") for result in results)


def test_applying_with_answers_and_being_accepted(circle):
    change(circle, entry="apply", questions=["为什么想来？", "读过什么？"])
    person = UserFactory()
    client, desk = signed_in(person), signed_in(circle.owner)
    assert client.post("/circles/salon/join/", HTTP_ACCEPT_LANGUAGE="en").status_code == 403
    answer = client.post("/circles/salon/apply/", {"answer": ["喜欢聊天", ""]})
    assert answer.status_code == 422
    assert "喜欢聊天" in answer.content.decode()
    client.post("/circles/salon/apply/", {"answer": ["喜欢聊天", "红楼梦"]})
    asked = JoinRequest.objects.get()
    assert asked.answers == [["为什么想来？", "喜欢聊天"], ["读过什么？", "红楼梦"]]
    assert client.get("/circles/salon/requests/").status_code == 403
    assert "红楼梦" in desk.get("/circles/salon/requests/").content.decode()
    work()
    assert "asks to join" in desk.get("/inbox/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    desk.post("/circles/salon/requests/", {"request": asked.pk, "accept": "1"})
    assert Membership.objects.active().filter(circle=circle, user=person).exists()
    work()
    assert "You are a member of" in client.get("/inbox/", HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_who_asked_to_join_reads_so_where_the_button_was(circle):
    change(circle, entry="apply")
    person = UserFactory()
    client = signed_in(person)
    assert "Asked to join" not in client.get("/circles/salon/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    joining.apply(user=person, circle=circle, answers=[])
    page = client.get("/circles/salon/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Asked to join" in page, "Your application waits" in page) == (True, True)
    stranger = signed_in(UserFactory()).get("/circles/salon/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Asked to join" not in stranger

    change(circle, visibility="members")
    assert "Your application waits" in client.get("/circles/salon/enter/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    page = client.get("/circles/salon/apply/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "answers" not in page  # none were asked for: there is nothing to change, only to take back
    joining.withdraw(user=person, circle=circle)
    page = client.get("/circles/salon/enter/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Ask to join" in page, "Your application waits" in page) == (True, False)


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 30, "9" * 5000])
def test_what_names_no_application_is_not_found(circle, number):
    desk = signed_in(circle.owner)
    assert desk.post("/circles/salon/requests/", {"request": number, "accept": "1"}).status_code == 404


def test_refused_with_a_reason_that_is_read(circle):
    change(circle, entry="apply")
    person = UserFactory()
    asked = joining.apply(user=person, circle=circle, answers=[])
    desk = signed_in(circle.owner)
    assert desk.post("/circles/salon/requests/", {"request": asked.pk, "refuse": "1"}).status_code == 422
    desk.post("/circles/salon/requests/", {"request": asked.pk, "refuse": "1", "reason": "人满了"})
    assert "人满了" in signed_in(person).get("/circles/salon/apply/").content.decode()
    assert joining.accept(actor=circle.owner, request=asked) is False
    assert not Membership.objects.active().filter(circle=circle, user=person).exists()


def test_moderators_do_not_decide_unless_their_owner_says_so(circle):
    change(circle, entry="apply")
    asked = joining.apply(user=UserFactory(), circle=circle, answers=[])
    moderator = MembershipFactory(circle=circle, role=Role.MODERATOR).user
    assert code_of(lambda: joining.accept(actor=moderator, request=asked)) == "not_circle_staff"
    roles.set_powers(actor=circle.owner, circle=circle, powers={"moderator": 1 | 2 | 32})
    assert joining.accept(actor=moderator, request=asked) is True


def test_a_closed_circle_is_found_and_read_by_members_alone(circle):
    post = PostFactory(circle=circle, body="只给成员", body_html="<p>只给成员</p>")
    change(circle, visibility="members", entry="apply")
    member, stranger = MembershipFactory(circle=circle).user, UserFactory()
    for client in (signed_in(stranger), signed_in(UserFactory(is_staff=True))):
        assert client.get("/circles/salon/").url == "/circles/salon/enter/"
        assert client.get(f"/posts/{post.pk}/").status_code == 404
        assert "沙龙" in client.get("/circles/").content.decode()
        assert "/circles/salon/apply/" in client.get("/circles/salon/enter/").content.decode()
    assert "只给成员" in signed_in(member).get("/circles/salon/").content.decode()
    assert Circle.objects.findable_by(AnonymousUser()).get() == circle
    assert not Circle.objects.visible_to(AnonymousUser()).exists()
    change(circle, visibility="public")
    assert signed_in(stranger).get(f"/posts/{post.pk}/").status_code == 200


def test_a_hidden_circle_is_there_for_nobody_but_by_invitation(circle):
    change(circle, visibility="hidden", entry="invite")
    person = UserFactory()
    client = signed_in(person)
    for url in ("/circles/salon/", "/circles/salon/enter/", "/circles/salon/apply/"):
        assert client.get(url).status_code == 404
    assert "沙龙" not in client.get("/circles/").content.decode()
    desk = signed_in(circle.owner)
    desk.post("/circles/salon/invitations/", {"days": "7", "uses_max": "1", "note": "给老友"})
    made = Invitation.objects.get()
    page = desk.get("/circles/salon/invitations/").content.decode()
    assert made.get_absolute_url() in page
    assert "<svg" in page
    assert "沙龙" in client.get(made.get_absolute_url()).content.decode()
    assert client.post(made.get_absolute_url()).url == "/circles/salon/"
    assert client.get("/circles/salon/").status_code == 200
    assert signed_in(UserFactory()).get(made.get_absolute_url()).status_code == 404


def test_an_invitation_that_ran_out_or_was_revoked_says_no_name(circle):
    made = invitations.make(actor=circle.owner, circle=circle, days=1)
    over = invitations.make(actor=circle.owner, circle=circle, days=1)
    Invitation.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    signed_in(circle.owner).post(f"/circles/salon/invitations/{made.pk}/revoke/")
    client = signed_in(UserFactory())
    for row in (made, over):
        answer = client.post(row.get_absolute_url())
        assert answer.status_code == 404
        assert "沙龙" not in answer.content.decode()
    assert not Membership.objects.filter(circle=circle).exclude(user=circle.owner).exists()


def test_an_invitation_opens_no_gate_and_lifts_no_ban(circle):
    from circles.actions import gates
    from circles.gates.language import parse

    made = invitations.make(actor=circle.owner, circle=circle, days=1)
    person = UserFactory()
    memberships.ban(user=person, circle=circle)
    assert code_of(lambda: invitations.accept(user=person, invitation=made)) == "circle_banned"
    gates.set_gate(actor=circle.owner, circle=circle, action="enter", rule=parse({"fact": "student"}))
    assert code_of(lambda: invitations.accept(user=UserFactory(), invitation=made)) == "gate_closed"
    made.refresh_from_db()
    assert made.use_count == 0


def test_removing_banning_and_the_way_back(circle):
    member, moderator = MembershipFactory(circle=circle), MembershipFactory(circle=circle, role=Role.MODERATOR)
    url = f"/circles/salon/members/{member.pk}/"
    desk, theirs = signed_in(circle.owner), signed_in(moderator.user)
    assert theirs.post(url, {"do": "ban", "reason": "吵"}).status_code == 422
    theirs.post(url, {"do": "silence", "hours": "24", "reason": "冷静一下"})
    member.refresh_from_db()
    assert member.is_silenced
    moderator.silenced_until = member.silenced_until
    moderator.save()
    page = desk.get(f"/circles/salon/members/{moderator.pk}/").content.decode()
    assert 'value="moderator" checked' in page  # their role is shown, though a silenced person is given none
    moderator.silenced_until = None
    moderator.save()
    later = timezone.now() + timedelta(days=2)
    assert (
        code_of(
            lambda: keeping_order.silence(
                actor=moderator.user, circle=circle, user=member.user, until=later, reason="x"
            )
        )
        == "too_long"
    )
    assert desk.post(url, {"do": "ban", "reason": ""}).status_code == 422
    desk.post(url, {"do": "ban", "reason": "广告"})
    member.refresh_from_db()
    assert member.is_banned
    assert "广告" in desk.get("/circles/salon/banned/").content.decode()
    head = signed_in(member.user).get("/circles/salon/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("Banned" in head, "/circles/salon/join/" in head) == (True, False)
    assert theirs.get("/circles/salon/banned/").status_code == 403
    desk.post(url, {"do": "unban"})
    member.refresh_from_db()
    assert member.state == "left"
    assert [deed.kind for deed in Deed.objects.order_by("id")] == ["silenced", "banned", "unbanned"]
    assert "广告" in theirs.get("/circles/salon/log/").content.decode()
    assert signed_in(UserFactory()).get("/circles/salon/log/").status_code == 403


def test_roles_titles_and_their_marks(circle):
    member = MembershipFactory(circle=circle)
    desk, url = signed_in(circle.owner), f"/circles/salon/members/{member.pk}/"
    desk.post(url, {"do": "role", "role": "editor"})
    desk.post(url, {"do": "title", "title": "首席茶友"})
    assert desk.post(url, {"do": "title", "title": "圈主"}).status_code == 422
    circle.refresh_from_db()
    assert circle.marks[str(member.user_id)] == "editor:首席茶友"
    post = PostFactory(circle=circle, author=member.user)
    page = signed_in(UserFactory()).get(f"/posts/{post.pk}/").content.decode()
    assert "首席茶友" in page
    PostFactory(circle=circle, author=member.user, author_mask="m1", author_name="青鸟")
    masked = PostFactory(circle=circle, author=member.user, author_name="化名", author_linked=False)
    assert masked.byline.mark is None
    memberships.leave(user=member.user, circle=circle)
    circle.refresh_from_db()
    assert str(member.user_id) not in circle.marks


def test_powers_are_named_by_their_bits_alone(circle):
    desk = signed_in(circle.owner)
    pin = str(Power.PIN.value)
    answer = desk.post("/circles/salon/staff/", {"editor": [pin, pin, "²", "9" * 5000, "x", "-1", ""]})
    assert answer.status_code == 302
    circle.refresh_from_db()
    assert circle.role_powers["editor"] == Power.PIN


@pytest.mark.parametrize("hours", ["", "²", "9" * 5000, "7"])
def test_silence_of_no_known_length_is_a_day(circle, hours):
    member = MembershipFactory(circle=circle)
    url = f"/circles/salon/members/{member.pk}/"
    assert signed_in(circle.owner).post(url, {"do": "silence", "hours": hours, "reason": "吵"}).status_code == 302
    member.refresh_from_db()
    assert timedelta(hours=23, minutes=58) < member.silenced_until - timezone.now() <= timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once():
    circle = CircleFactory(member_cap=2)
    people = [UserFactory() for _ in range(4)]
    made = at_once(*[lambda person=person: memberships.join(user=person, circle=circle) for person in people])
    assert codes(made) == ["", *["circle_full"] * 3]
    circle.refresh_from_db()
    assert circle.member_count == circle.memberships.active().count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_last_use_is_spent_once():
    circle = CircleFactory(entry="invite")
    made = invitations.make(actor=circle.owner, circle=circle, days=1, uses_max=1)
    people = [UserFactory() for _ in range(4)]
    found = at_once(*[lambda person=person: invitations.accept(user=person, invitation=made) for person in people])
    assert codes(found) == ["", *["invitation_over"] * 3]
    made.refresh_from_db()
    circle.refresh_from_db()
    assert (made.use_count, circle.memberships.active().count(), circle.member_count) == (1, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_an_application_is_decided_once():
    circle = CircleFactory(entry="apply")
    admin = MembershipFactory(circle=circle, role=Role.ADMIN).user
    asked = joining.apply(user=UserFactory(), circle=circle, answers=[])
    found = at_once(
        lambda: joining.accept(actor=circle.owner, request=asked),
        lambda: joining.accept(actor=admin, request=asked),
        lambda: joining.refuse(actor=admin, request=asked, reason="不"),
    )
    assert sorted(found) == [False, False, True]


def test_the_menu_counts_who_waits_for_those_who_decide(circle, django_assert_num_queries):
    change(circle, entry="apply")
    joining.apply(user=UserFactory(), circle=circle, answers=[])
    desk, member = signed_in(circle.owner), signed_in(MembershipFactory(circle=circle).user)
    assert 'menu__count">1<' in desk.get("/circles/salon/").content.decode()
    assert "menu__count" not in member.get("/circles/salon/").content.decode()
    with django_assert_num_queries(1):  # as for any circle
        member.get("/circles/salon/")


def test_a_name_of_this_circle_alone_is_offered_and_not_the_one_behind_it(circle):
    heir = MembershipFactory(circle=circle)
    bylines.choose(user=heir.user, circle=circle, nickname="小山", linked=False)
    desk = signed_in(circle.owner)
    page = desk.get("/circles/salon/hand-over/").content.decode()
    assert ("小山" in page, heir.user.nickname in page) == (True, False)
    assert desk.post("/circles/salon/hand-over/", {"to": heir.user.nickname}).status_code == 422
    said = desk.post("/circles/salon/hand-over/", {"to": "小山"}, follow=True).content.decode()
    assert ("小山" in said, heir.user.nickname in said) == (True, False)
    signed_in(heir.user).post("/circles/salon/offer/", {"decline": "1"})
    work()
    inbox = desk.get("/inbox/").content.decode()
    assert ("小山" in inbox, heir.user.nickname in inbox) == (True, False)

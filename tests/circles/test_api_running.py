"""Running a circle over the API: ways in, roles, order, the log, and its next owner. The same actions as the pages'."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from circles.actions import bylines, circles, joining, succession
from circles.models import Candidacy, Circle, Deed, Invitation, JoinRequest, Membership, Role, SuccessionVote
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, MembershipFactory, UserFactory

ROOT = "/api/v1"
SALON = f"{ROOT}/circles/salon"
pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=200)


@pytest.fixture
def circle():
    return CircleFactory(slug="salon", name="沙龙")


def api(person=None):
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def send(person, method, path, **fields):
    return getattr(api(person), method)(path, fields, format="json")


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def member_of(circle, **fields):
    return MembershipFactory(circle=circle, joined_at=LONG_AGO, **fields)


# --- Ways in -------------------------------------------------------------------------------------


def test_asking_to_join_and_being_decided(circle):
    owner, person = circle.owner, UserFactory()
    changed = send(owner, "patch", f"{SALON}/", entry="apply", questions=["为什么想来？"], visibility="members")
    assert (changed.json()["entry"], changed.json()["questions"]) == ("apply", ["为什么想来？"])
    asked = send(person, "get", f"{SALON}/application/").json()
    assert asked == {"questions": ["为什么想来？"], "may_apply": True, "why_not": "", "last": None}
    assert code_of(send(person, "put", f"{SALON}/application/", answers=[])) == (400, "answer_missing")
    sent = send(person, "put", f"{SALON}/application/", answers=["喜欢聊天"]).json()["last"]
    assert (sent["state"], sent["answers"]) == ("waiting", [{"question": "为什么想来？", "answer": "喜欢聊天"}])
    assert code_of(send(person, "get", f"{SALON}/applications/")) == (404, "not_found")

    [row] = send(owner, "get", f"{SALON}/applications/").json()["results"]
    assert (row["id"], row["person"]["username"]) == (sent["id"], person.username)
    url = f"{SALON}/applications/{row['id']}/"
    assert code_of(send(owner, "put", url, accept=False)) == (400, "reason_required")
    assert code_of(send(owner, "put", f"{SALON}/applications/{2**70}/", accept=True)) == (404, "not_found")
    for _twice in range(2):
        assert send(owner, "put", url, accept=True).json()["state"] == "accepted"
    assert code_of(send(owner, "put", url, accept=False, reason="不")) == (409, "already_decided")
    assert Membership.objects.active().filter(circle=circle, user=person).exists()
    assert send(person, "get", f"{SALON}/application/").json()["why_not"] == "member_already"


def test_taken_back_and_refused_where_nobody_applies(circle):
    person = UserFactory()
    assert code_of(send(person, "put", f"{SALON}/application/")) == (403, "takes_no_applications")
    assert code_of(send(None, "put", f"{SALON}/application/")) == (401, "not_authenticated")
    circles.update(actor=circle.owner, circle=circle, entry="apply")
    assert send(person, "put", f"{SALON}/application/").status_code == 200
    assert send(person, "delete", f"{SALON}/application/").status_code == 204
    assert JoinRequest.objects.get().state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_two_decide_at_once_and_one_counts(circle):
    circles.update(actor=circle.owner, circle=circle, entry="apply")
    other, person = member_of(circle, role=Role.ADMIN).user, UserFactory()
    asked = joining.apply(user=person, circle=circle, answers=[])
    url = f"{SALON}/applications/{asked.pk}/"
    answers = at_once(
        lambda: send(circle.owner, "put", url, accept=True).status_code,
        lambda: send(other, "put", url, accept=False, reason="不").status_code,
    )
    assert sorted(answers) == [200, 409]
    accepted = JoinRequest.objects.get().state == "accepted"
    assert Membership.objects.active().filter(circle=circle, user=person).exists() is accepted


def test_an_invitation_opens_a_hidden_circle_until_it_is_revoked(circle):
    send(circle.owner, "patch", f"{SALON}/", visibility="hidden", entry="invite")
    assert code_of(send(circle.owner, "post", f"{SALON}/invitations/", days=0)) == (400, "bad_number")
    made = send(circle.owner, "post", f"{SALON}/invitations/", days=3, uses_max=1, note="群里").json()
    assert made["url"] == f"http://testserver/invitations/{made['code']}/"
    guest, late = UserFactory(), UserFactory()
    assert code_of(send(guest, "get", f"{SALON}/")) == (404, "not_found")
    shown = send(None, "get", f"{ROOT}/invitations/{made['code']}/").json()
    assert (shown["name"], shown["host"]["username"]) == ("沙龙", circle.owner.username)
    assert code_of(send(None, "post", f"{ROOT}/invitations/{made['code']}/")) == (401, "not_authenticated")
    assert send(guest, "post", f"{ROOT}/invitations/{made['code']}/").json()["is_member"] is True
    assert code_of(send(late, "post", f"{ROOT}/invitations/{made['code']}/")) == (404, "invitation_over")
    assert code_of(send(guest, "post", f"{SALON}/invitations/", days=3)) == (403, "not_circle_staff")

    second = send(circle.owner, "post", f"{SALON}/invitations/").json()
    assert send(guest, "delete", f"{SALON}/invitations/{second['id']}/").status_code == 403
    assert send(circle.owner, "delete", f"{SALON}/invitations/{second['id']}/").status_code == 204
    assert code_of(send(late, "get", f"{ROOT}/invitations/{second['code']}/")) == (404, "invitation_over")
    rows = send(circle.owner, "get", f"{SALON}/invitations/").json()
    assert [(row["is_standing"], row["use_count"]) for row in rows] == [(False, 0), (False, 1)]


def test_invitations_die_with_the_circle(circle):
    code = send(circle.owner, "post", f"{SALON}/invitations/").json()["code"]
    circles.close(circle=circle)
    assert Invitation.objects.get().revoked_at is not None
    circles.reopen(circle=circle)
    assert code_of(send(UserFactory(), "post", f"{ROOT}/invitations/{code}/")) == (404, "invitation_over")


# --- Roles and order -----------------------------------------------------------------------------


def test_roles_titles_and_what_roles_may(circle):
    owner, row = circle.owner, member_of(circle)
    url = f"{SALON}/members/{row.pk}/"
    assert row.pk in [one["id"] for one in send(None, "get", f"{SALON}/members/").json()["results"]]
    assert code_of(send(row.user, "get", url)) == (404, "not_found")
    told = send(owner, "patch", url, role="moderator", title="夜班").json()
    assert (told["person"]["role"], told["title"]) == ("moderator", "夜班")
    assert code_of(send(owner, "patch", url, role="owner")) == (400, "invalid")
    assert code_of(send(owner, "patch", url, role="editor", title="圈主")) == (400, "bad_title")
    row.refresh_from_db()
    assert row.role == Role.MODERATOR  # both or none
    theirs = send(row.user, "get", f"{SALON}/roles/").json()
    assert [one["role"] for one in theirs["staff"]] == ["owner", "moderator"]
    assert {"role": "moderator", "powers": ["delete", "silence"]} in theirs["roles"]
    wanted = [{"role": "moderator", "powers": ["delete", "admit"]}]
    assert code_of(send(row.user, "put", f"{SALON}/roles/", roles=wanted)) == (403, "not_owner")
    told = send(owner, "put", f"{SALON}/roles/", roles=wanted).json()["roles"]
    assert wanted[0] in told
    assert {"role": "editor", "powers": ["pin", "feature"]} in told
    assert code_of(send(owner, "put", f"{SALON}/roles/", roles=[{"role": "editor", "powers": ["fly"]}])) == (
        400,
        "invalid",
    )


def test_silenced_removed_banned_and_let_back(circle):
    moderator, row = member_of(circle, role=Role.MODERATOR).user, member_of(circle)
    url, day = f"{SALON}/members/{row.pk}", timezone.now() + timedelta(days=1)
    assert code_of(send(moderator, "put", f"{url}/silence/", until=day, reason="")) == (400, "invalid")
    week = day + timedelta(days=6)
    assert code_of(send(moderator, "put", f"{url}/silence/", until=week, reason="吵")) == (403, "too_long")
    told = send(moderator, "put", f"{url}/silence/", until=day, reason="吵").json()
    assert told["silenced_until"]
    assert send(moderator, "delete", f"{url}/silence/").status_code == 204
    assert code_of(send(moderator, "put", f"{url}/ban/", reason="吵")) == (403, "not_circle_staff")
    assert code_of(send(row.user, "put", f"{url}/ban/", reason="吵")) == (404, "not_found")
    for _twice in range(2):
        assert send(circle.owner, "put", f"{url}/ban/", reason="广告").json()["is_banned"] is True
    [banned] = send(circle.owner, "get", f"{SALON}/banned/").json()["results"]
    assert (banned["id"], banned["reason"]) == (row.pk, "广告")
    assert code_of(send(moderator, "get", f"{SALON}/banned/")) == (403, "not_circle_staff")
    assert code_of(send(row.user, "put", f"{SALON}/membership/")) == (403, "circle_banned")
    assert send(circle.owner, "delete", f"{url}/ban/").status_code == 204
    assert send(row.user, "put", f"{SALON}/membership/").status_code == 201
    assert send(circle.owner, "post", f"{url}/removal/", reason="再想想").status_code == 204
    assert send(row.user, "get", f"{SALON}/membership/").json()["is_member"] is False


def test_members_read_the_log(circle):
    row = member_of(circle)
    send(circle.owner, "patch", f"{SALON}/members/{row.pk}/", title="夜班")
    [line] = send(row.user, "get", f"{SALON}/log/").json()["results"]
    assert (line["kind"], line["actor"]["username"], line["subject"]["username"]) == (
        "title",
        circle.owner.username,
        row.user.username,
    )
    assert "<" not in line["text"]
    assert row.user.nickname in line["text"]
    assert code_of(send(UserFactory(), "get", f"{SALON}/log/")) == (403, "not_member")


def test_an_owner_under_a_name_that_leads_nowhere_is_not_given_away(circle):
    owner, reader = circle.owner, member_of(circle, role=Role.ADMIN)
    bylines.choose(user=owner, circle=circle, nickname="小山", linked=False)
    send(owner, "patch", f"{SALON}/members/{reader.pk}/", title="夜班")
    line = send(reader.user, "get", f"{SALON}/log/").json()["results"][0]
    assert line["actor"]["nickname"] == owner.nickname
    pages = [f"/circles/salon/{name}/" for name in ("log", "staff")]
    for page in pages:
        client = APIClient()
        client.force_login(reader.user)
        text = client.get(page).content.decode()
        assert (owner.nickname in text, "小山" in text) == (True, False), page
    told = send(reader.user, "get", f"{SALON}/roles/").json()["staff"][0]
    assert (told["role"], told["person"]["nickname"]) == ("owner", owner.nickname)
    secret = send(reader.user, "get", f"{SALON}/members/").json()["results"]
    [nameless] = [one["person"] for one in secret if one["person"]["username"] is None]
    assert (nameless["nickname"], nameless["role"]) == ("小山", "")


# --- The next owner ------------------------------------------------------------------------------


def test_it_takes_two(circle):
    owner, heir, other = circle.owner, member_of(circle), member_of(circle)
    assert code_of(send(heir.user, "put", f"{SALON}/offer/", member=other.pk)) == (403, "not_owner")
    assert code_of(send(owner, "put", f"{SALON}/offer/", member=2**40)) == (400, "no_member")
    assert code_of(send(owner, "get", f"{SALON}/offer/")) == (404, "not_found")
    told = send(owner, "put", f"{SALON}/offer/", member=heir.pk).json()
    assert (told["to"]["username"], told["is_mine"]) == (heir.user.username, False)
    assert code_of(send(other.user, "get", f"{SALON}/offer/")) == (404, "not_found")
    assert code_of(send(other.user, "post", f"{SALON}/offer/answer/", accept=True)) == (404, "not_found")
    assert send(owner, "delete", f"{SALON}/offer/").status_code == 204
    assert code_of(send(heir.user, "post", f"{SALON}/offer/answer/", accept=True)) == (404, "not_found")
    send(owner, "put", f"{SALON}/offer/", member=heir.pk)
    assert send(heir.user, "post", f"{SALON}/offer/answer/", accept=False).status_code == 204
    send(owner, "put", f"{SALON}/offer/", member=heir.pk)
    assert send(heir.user, "get", f"{SALON}/offer/").json()["is_mine"] is True
    assert send(heir.user, "post", f"{SALON}/offer/answer/", accept=True).status_code == 204
    assert Circle.objects.get().owner == heir.user
    assert Membership.objects.get(circle=circle, user=owner).role == Role.ADMIN


def test_named_successors_keep_their_order(circle):
    one, two = member_of(circle), member_of(circle)
    told = send(circle.owner, "put", f"{SALON}/successors/", members=[two.pk, one.pk]).json()
    assert [row["id"] for row in told] == [two.pk, one.pk]
    assert code_of(send(circle.owner, "put", f"{SALON}/successors/", members=[2**40])) == (400, "no_member")
    assert code_of(send(one.user, "get", f"{SALON}/successors/")) == (403, "not_owner")
    assert send(circle.owner, "put", f"{SALON}/successors/", members=[]).json() == []


def test_members_choose_the_next_owner(circle):
    one, two, new = member_of(circle), member_of(circle), UserFactory()
    assert code_of(send(one.user, "get", f"{SALON}/succession/")) == (404, "not_found")
    type(circle.owner).objects.filter(pk=circle.owner_id).update(last_seen_at=LONG_AGO)
    circle.owner.refresh_from_db()
    row = succession.begin(circle=circle, now=timezone.now() - timedelta(days=30))
    assert code_of(send(one.user, "put", f"{SALON}/succession/candidacy/")) == (403, "vote_over")
    assert succession.advance(succession=row, now=timezone.now()) == "vote"
    told = send(one.user, "put", f"{SALON}/succession/candidacy/", statement="我来").json()
    [candidate] = told["candidates"]
    assert (candidate["statement"], candidate["votes"], told["my_vote"]) == ("我来", None, None)
    ballot = f"{SALON}/succession/vote/"
    for _twice in range(2):
        assert send(two.user, "put", ballot, candidate=candidate["id"]).json()["my_vote"] == candidate["id"]
    assert send(one.user, "get", f"{SALON}/succession/").json()["my_vote"] is None
    assert SuccessionVote.objects.count() == 1
    assert code_of(send(two.user, "put", ballot, candidate=2**40)) == (403, "no_candidate")
    assert code_of(send(new, "put", ballot, candidate=candidate["id"])) == (404, "not_found")
    MembershipFactory(circle=circle, user=new)
    assert code_of(send(new, "put", ballot, candidate=candidate["id"])) == (403, "too_new")
    assert send(new, "get", f"{SALON}/succession/").json()["why_no_vote"] == "too_new"
    assert send(one.user, "delete", f"{SALON}/succession/candidacy/").status_code == 204
    assert not Candidacy.objects.exists()


def test_what_a_circle_says_of_itself_is_for_those_who_may_change_it(circle):
    admin = member_of(circle, role=Role.ADMIN).user
    assert code_of(send(admin, "patch", f"{SALON}/", name="新")) == (403, "not_circle_staff")
    assert code_of(send(None, "patch", f"{SALON}/", name="新")) == (401, "not_authenticated")
    assert code_of(send(circle.owner, "patch", f"{SALON}/", intro="微信 tea_4567")) == (400, "contact_details")
    assert send(circle.owner, "patch", f"{SALON}/", name="新沙龙", member_cap=9).json()["name"] == "新沙龙"
    assert Deed.objects.filter(circle=circle, kind="doors").count() == 1

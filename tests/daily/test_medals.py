"""Medals: earned by rules, given and taken by hand, shown where they tell nobody's secret."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from circles.actions import posts, questions
from circles.models import Circle, Deed, Event, Membership, PostKind, SignUp
from core.errors import NotFound, Refused
from core.jobs.models import Job
from daily import merits as merits_of
from daily.actions import medals, merits
from daily.models import Award, Medal, MedalRule
from notifications.actions import tell_days
from notifications.models import Notification
from tests.daily.test_points import work
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))


def medal(rule, threshold=1, **said):
    return Medal.objects.create(name=f"{rule}{threshold}", rule=rule, threshold=threshold, **said)


def held(member):
    return {award.medal for award in Award.objects.filter(user=member.user)}


def test_the_first_featured_post_brings_its_medal_and_none_in_another_circle(member):
    mine = medal(MedalRule.FEATURED)
    medal(MedalRule.FEATURED, circle=CircleFactory())
    post = posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="晨雾")
    work()
    assert held(member) == set()
    posts.set_featured(actor=member.circle.owner, post=post, featured=True)
    work()
    work()
    assert held(member) == {mine}


def test_an_accepted_answer_and_posts_bring_theirs(member):
    answer, writer = medal(MedalRule.ACCEPTED), medal(MedalRule.POSTS, 2)
    question = PostFactory(circle=member.circle, author=member.circle.owner, kind=PostKind.QUESTION)
    floor = CommentFactory(post=question, author=member.user)
    questions.accept(actor=member.circle.owner, comment=floor)
    for number in range(2):
        posts.publish(author=member.user, circle=member.circle, key=uuid4(), body=f"第{number}帖")
    work()
    assert held(member) == {answer, writer}


def test_medals_of_one_rule_are_counted_with_one_query(member, django_assert_num_queries):
    elsewhere = MembershipFactory(user=member.user).circle
    PostFactory.create_batch(2, circle=member.circle, author=member.user)
    PostFactory.create_batch(3, circle=elsewhere, author=member.user)
    here = [medal(MedalRule.POSTS, number, circle=member.circle) for number in (1, 2, 3, 4)]
    person = {"rule": MedalRule.POSTS, "user_id": member.user_id, "circle_id": member.circle_id}
    with django_assert_num_queries(1):
        assert merits_of.earned(here, **person) == here[:2]
    everywhere = [medal(MedalRule.POSTS, number) for number in (3, 4)]
    with django_assert_num_queries(1):
        assert merits_of.earned([*here, *everywhere], **person) == [*here[:2], everywhere[0]]
    for one in (*here, *everywhere):
        assert (member.user_id in merits_of.due(one)) == (one in merits_of.earned([one], **person))


def test_nightly_everybody_gets_what_they_have_earned_by_now(member):
    year, early, host = medal(MedalRule.YEARS), medal(MedalRule.PIONEER, 30), medal(MedalRule.HOST)
    long_ago = timezone.now() - timedelta(days=400)
    Circle.objects.filter(pk=member.circle_id).update(created_at=long_ago - timedelta(days=5))
    Membership.objects.filter(pk=member.pk).update(joined_at=long_ago)
    post = PostFactory(circle=member.circle, author=member.user, kind=PostKind.EVENT)
    event = Event.objects.create(post=post, starts_at=timezone.now() - timedelta(days=1), zone="UTC", place="河边")
    for _guest in range(3):
        SignUp.objects.create(event=event, person=UserFactory(), state="going", checked_in_at=timezone.now())
    after: int | None = 0
    for _step in range(20):
        after = merits.give_next(after=after)
        if after is None:
            break
    assert after is None
    assert held(member) == {year, early, host}
    unverified = MembershipFactory(circle=member.circle, user=UserFactory(verified_at=None), joined_at=long_ago)
    assert merits.give_next(after=year.pk - 1) == year.pk
    assert held(unverified) == set()


def test_circles_of_pseudonyms_bring_none(member):
    medal(MedalRule.POSTS)
    medal(MedalRule.STREAK)
    Circle.objects.update(masks_authors=True)
    Membership.objects.filter(pk=member.pk).update(streak=9)
    PostFactory(circle=member.circle, author=member.user)
    after: int | None = 0
    while after is not None:
        after = merits.give_next(after=after)
    assert not Award.objects.exists()


def test_by_hand_with_a_reason_and_taken_back_with_one(client, member):
    owner = member.circle.owner
    client.force_login(member.user)
    assert client.post("/circles/photo/medals/", {"name": "好镜头", "rule": "hand"}).status_code == 403
    client.force_login(owner)
    assert client.post("/circles/photo/medals/", {"name": "好镜头", "rule": "streak"}).status_code == 422
    wanted = {"name": "好镜头", "rule": "hand", "is_active": "on"}
    assert client.post("/circles/photo/medals/", wanted).status_code == 302
    made = Medal.objects.get()
    path = f"/circles/photo/medals/{made.pk}/"
    lost = client.post(path, {"do": "give", "name": "没有这个人", "reason": "清晨那张"})
    assert lost.status_code == 422
    assert "清晨那张" in lost.content.decode(), "what was typed is not lost"
    assert client.post(path, {"do": "give", "name": member.user.nickname, "reason": "清晨那张"}).status_code == 302
    award = Award.objects.get()
    assert (award.user, award.reason, award.by) == (member.user, "清晨那张", owner)
    assert client.post(path, {"do": "revoke", "award": award.pk, "reason": ""}).status_code == 422
    assert client.post(path, {"do": "revoke", "award": award.pk, "reason": "给错了"}).status_code == 302
    award.refresh_from_db()
    assert award.revoked_at is not None
    assert [deed.kind for deed in Deed.objects.order_by("pk")] == ["medal_given", "medal_taken"]
    told = Job.objects.get(handler="notifications.notify_medal_taken").args
    tell_days.medal_taken(**told)
    tell_days.medal_taken(**told)
    assert Notification.objects.get(kind="medal").detail == "给错了"
    with pytest.raises(Refused):
        medals.revoke(actor=member.user, award=award, reason="不要")


def test_who_has_a_name_of_their_own_there_is_found_by_that_alone(member):
    given = medal(MedalRule.HAND, 0, circle=member.circle)
    Membership.objects.filter(pk=member.pk).update(nickname="影子", is_linked=False)
    owner = member.circle.owner
    with pytest.raises(NotFound):
        medals.give_named(actor=owner, medal=given, name=member.user.nickname, reason="好")
    medals.give_named(actor=owner, medal=given, name="影子", reason="好")
    deed = Deed.objects.get()
    assert (deed.subject, deed.details["name"]) == (None, "影子")


def test_the_profile_shows_them_but_for_what_would_tell_who_somebody_is(client, member):
    site, ours = medal(MedalRule.HAND, 0), Medal.objects.create(name="圈内章", circle=member.circle)
    for one in (site, ours):
        Award.objects.create(medal=one, user=member.user)
    page = f"/people/{member.user.username}/"
    assert "圈内章" in client.get(page).content.decode()
    certificate = f"/medals/{Award.objects.get(medal=ours).pk}/"
    assert client.get(certificate).status_code == 200
    Membership.objects.filter(pk=member.pk).update(is_linked=False)
    for path in (page, f"{page}medals/"):
        html = client.get(path).content.decode()
        assert "圈内章" not in html
        assert site.name in html
    assert client.get(certificate).status_code == 404
    client.force_login(member.user)
    assert client.post(f"/me/medals/{Award.objects.get(medal=site).pk}/shown/", {"shown": "0"}).status_code == 302
    assert client.post("/me/medals/999999/shown/", {"shown": "0"}).status_code == 404
    client.logout()
    assert site.name not in client.get(page).content.decode()


def test_my_medals_says_how_to_get_the_others(client, member):
    medal(MedalRule.STREAK, 7)
    Membership.objects.filter(pk=member.pk).update(streak=3)
    client.force_login(member.user)
    html = client.get("/me/medals/", headers=EN).content.decode()
    assert "Sign in 7 days in a row" in html
    assert "3/7" in html


def test_the_api_does_the_same(member):
    api = APIClient()
    api.force_authenticate(member.circle.owner)
    made = api.post("/api/v1/circles/photo/medals/", {"name": "好镜头"}, format="json")
    assert made.status_code == 201
    path = f"/api/v1/circles/photo/medals/{made.json()['id']}/holders/"
    given = api.post(path, {"name": member.user.nickname, "reason": "清晨"}, format="json")
    assert given.status_code == 201
    api.force_authenticate(member.user)
    mine = api.get("/api/v1/me/medals/").json()
    assert [row["medal"]["name"] for row in mine["held"]] == ["好镜头"]
    one = f"/api/v1/me/medals/{mine['held'][0]['id']}/"
    assert api.patch(one, {"shown": False}, format="json").json()["shown"] is False
    assert api.get(f"/api/v1/people/{member.user.username}/medals/").json() == []
    assert api.post(path, {"name": "x", "reason": "y"}, format="json").status_code == 403
    api.force_authenticate(member.circle.owner)
    assert api.delete(f"{path}{given.json()['id']}/", {"reason": "给错了"}, format="json").status_code == 204

"""Shared goals: each active day of a member counts once; begun, changed, called off and reached."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from circles.actions import posts
from circles.models import Circle, Membership, Role
from core.errors import Invalid, Refused
from core.jobs.models import Job
from daily.actions import deeds, goals, sign_ins
from daily.actions.goals import GoalWanted
from daily.goal_picture import picture
from daily.models import Cause, Goal, GoalDay, GoalShare
from notifications.actions import tell_days
from notifications.models import Notification
from tests.circles.test_races import at_once
from tests.daily.test_holding import run
from tests.daily.test_points import work
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture
def member():
    return MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))


def begin(member, **said):
    wanted = GoalWanted(title="一起去看海", target=10, **said)
    return goals.begin(actor=member.circle.owner, circle=member.circle, wanted=wanted)


def test_a_day_counts_once_whatever_is_done_on_it_and_is_taken_back_with_all_of_it(member):
    goal = begin(member)
    made = [posts.publish(author=member.user, circle=member.circle, key=uuid4(), body=f"第{n}帖") for n in range(2)]
    sign_ins.sign_in(user=member.user, circle=member.circle)
    work()
    goal.refresh_from_db()
    assert (goal.energy, GoalShare.objects.get().energy, GoalDay.objects.count()) == (1, 1, 1)
    for post in made:
        posts.delete(actor=member.user, post=post)
    work()
    goal.refresh_from_db()
    assert goal.energy == 1, "the sign-in of that day stands"


def test_all_of_a_day_taken_back_takes_the_day(member):
    goal = begin(member)
    post = posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="为了海")
    work()
    posts.delete(actor=member.user, post=post)
    work()
    goal.refresh_from_db()
    assert (goal.energy, GoalShare.objects.get().energy, GoalDay.objects.count()) == (0, 0, 0)


def test_what_was_done_before_it_began_or_under_pseudonyms_does_not_count(member):
    before = PostFactory(circle=member.circle, author=member.user, published_at=timezone.now() - timedelta(hours=1))
    goal = begin(member)
    deeds.count_posts([before.pk])
    assert Goal.objects.get(pk=goal.pk).energy == 0
    Circle.objects.update(masks_authors=True)
    with pytest.raises(Refused) as refused:
        goals.begin(actor=member.circle.owner, circle=Circle.objects.get(), wanted=GoalWanted(title="x", target=10))
    assert refused.value.code == "no_daily_life"


def test_reached_it_stays_reached_and_is_told_to_those_who_gave(member):
    goal = begin(member)
    Goal.objects.filter(pk=goal.pk).update(target=1)
    post = posts.publish(author=member.user, circle=member.circle, key=uuid4(), body="为了海")
    work()
    assert Job.objects.filter(handler="notifications.notify_goal_reached").count() == 1
    posts.delete(actor=member.user, post=post)
    work()
    goal.refresh_from_db()
    assert (goal.state, goal.energy) == ("reached", 1)
    for _twice in range(2):
        tell_days.goal_reached(goal_id=goal.pk, after=0, until=2**60)
    assert [line.recipient for line in Notification.objects.filter(kind="goal")] == [member.user]


def test_one_at_a_time_and_only_by_the_owner(member):
    with pytest.raises(Refused) as refused:
        goals.begin(actor=member.user, circle=member.circle, wanted=GoalWanted(title="x", target=10))
    assert refused.value.code == "not_owner"
    begin(member)
    with pytest.raises(Refused) as refused:
        begin(member)
    assert refused.value.code == "goal_running"
    tomorrow = timezone.localdate() + timedelta(days=1)
    for said, code in (
        ({"target": 10}, "name_required"),
        ({"title": "x", "target": 3}, "bad_target"),
        ({"title": "x" * 31, "target": 10}, "too_long"),
        ({"title": "x", "target": 10, "until": tomorrow - timedelta(days=3)}, "bad_day"),
        ({"title": "x", "target": 10, "picture": "house"}, "unknown_picture"),
    ):
        with pytest.raises(Invalid) as invalid:
            goals.begin(actor=member.circle.owner, circle=member.circle, wanted=GoalWanted(**said))
        assert invalid.value.code == code


def test_called_off_it_can_be_resumed_for_a_week_and_over_it_is_over(member):
    goal = begin(member, until=timezone.localdate() + timedelta(days=3))
    goals.call_off(actor=member.circle.owner, goal=goal)
    sign_ins.sign_in(user=member.user, circle=member.circle)
    goals.resume(actor=member.circle.owner, goal=goal)
    goal.refresh_from_db()
    assert (goal.state, goal.energy) == ("running", 0)
    assert goals.end_due(today=timezone.localdate() + timedelta(days=3)) == 0, "its last day counts"
    assert goals.end_due(today=timezone.localdate() + timedelta(days=4)) == 1
    with pytest.raises(Refused) as refused:
        goals.resume(actor=member.circle.owner, goal=goal)
    assert refused.value.code == "goal_over"


def test_whoever_calls_off_what_another_began_says_why(client, member):
    """The circle has another owner by now: its members read why in the log, and whoever began it in the inbox."""
    goal, former, owner = begin(member), member.circle.owner, UserFactory()
    Membership.objects.filter(circle=member.circle, user=former).update(role=Role.MEMBER)
    MembershipFactory(circle=member.circle, user=owner, role=Role.OWNER)
    Circle.objects.update(owner=owner)
    client.force_login(owner)
    url = f"/circles/photo/goals/{goal.pk}/"
    assert 'name="reason"' in client.get(url).content.decode()
    long = client.post(f"{url}end/", {"do": "end", "reason": "长" * 301})
    assert (long.status_code, "长" * 301 in long.content.decode(), Goal.objects.get().state) == (422, True, "running")
    api = APIClient()
    api.force_authenticate(owner)
    assert client.post(f"{url}end/", {"do": "end", "reason": "台风季"}).status_code == 302
    run("notifications.notify_goal_stopped")
    assert api.put(f"/api/v1{url}running/").status_code == 200
    assert api.delete(f"/api/v1{url}", {"reason": "改期"}, format="json").status_code == 204
    assert api.delete(f"/api/v1{url}", {"reason": "再说"}, format="json").status_code == 204, "it is over already"
    run("notifications.notify_goal_stopped")
    lines = Notification.objects.filter(recipient=former).order_by("pk")
    assert [(line.data["what"], line.detail) for line in lines] == [
        ("goal_called_off", "台风季"),
        ("goal_called_off", "改期"),
    ]
    client.force_login(former)
    assert "was called off" in client.get(reverse("notifications:inbox"), headers=EN).content.decode()
    log = client.get("/circles/photo/log/", headers=EN).content.decode()
    assert log.count("called off a shared goal") == 2
    assert log.count("went on with a shared goal") == 1
    assert log.count("(一起去看海)") == 3
    assert "台风季" in log


def test_one_called_off_and_taken_back_at_once_is_told_to_nobody(client, member):
    goal, owner = begin(member), member.circle.owner
    Goal.objects.update(started_by=member.user)
    goal.refresh_from_db()
    goals.call_off(actor=owner, goal=goal)
    goals.resume(actor=owner, goal=goal)
    run("notifications.notify_goal_stopped")
    assert not Notification.objects.filter(recipient=member.user, kind="circle").exists()
    Goal.objects.update(started_by=owner)
    client.force_login(owner)
    assert 'name="reason"' not in client.get(f"/circles/photo/goals/{goal.pk}/").content.decode(), "one's own"


def test_the_pages_show_it_grow_and_the_owner_changes_it(client, member):
    cause = Cause.objects.create(slug="c", name="一棵树", name_en="A tree", text="种树", energy=50)
    client.force_login(member.user)
    assert "Nothing is gathered for" in client.get("/circles/photo/goals/", headers=EN).content.decode()
    assert client.get("/circles/photo/goals/new/").status_code == 403
    client.force_login(member.circle.owner)
    bad = client.post("/circles/photo/goals/new/", {"title": "一起看海"})
    assert bad.status_code == 422
    assert "一起看海" in bad.content.decode(), "what was typed is not lost"
    assert client.post("/circles/photo/goals/new/", {"cause": cause.pk}).status_code == 302
    goal = Goal.objects.get()
    assert (goal.target, goal.cause, goal.picture) == (50, cause, "tree")
    sign_ins.sign_in(user=member.user, circle=member.circle)
    client.force_login(member.user)
    html = client.get(f"/circles/photo/goals/{goal.pk}/", headers=EN).content.decode()
    assert "1 of them is yours" in html
    assert member.user.nickname in html.split("givers-title")[2]
    assert client.post(f"/circles/photo/goals/{goal.pk}/end/", {"do": "end"}).status_code == 403
    assert client.get(f"/circles/photo/goals/{goal.pk}/certificate/").status_code == 404
    client.force_login(member.circle.owner)
    assert client.post(f"/circles/photo/goals/{goal.pk}/change/", {"title": "海", "target": 10}).status_code == 302
    Goal.objects.update(state="reached", ended_at=timezone.now())
    client.force_login(member.user)
    assert (
        "gave 1 active day" in client.get(f"/circles/photo/goals/{goal.pk}/certificate/", headers=EN).content.decode()
    )
    Membership.objects.filter(pk=member.pk).update(nickname="影子", is_linked=False)
    rows = client.get(f"/circles/photo/goals/{goal.pk}/").content.decode().split("givers-title")[2].split("</ol>")[0]
    assert "影子" in rows
    assert member.user.nickname not in rows


def test_the_api_does_the_same(member):
    api = APIClient()
    api.force_authenticate(member.user)
    path = "/api/v1/circles/photo/goals/"
    assert api.post(path, {"title": "海", "target": 20}, format="json").status_code == 403
    api.force_authenticate(member.circle.owner)
    made = api.post(path, {"title": "海", "target": 20}, format="json")
    assert (made.status_code, made.json()["target"], made.json()["state"]) == (201, 20, "running")
    assert api.post(path, {"title": "海", "target": 20}, format="json").json()["code"] == "goal_running"
    one = f"{path}{made.json()['id']}/"
    assert api.patch(one, {"target": 30}, format="json").json()["target"] == 30
    assert api.delete(one).status_code == 204
    assert api.put(f"{one}running/").json()["state"] == "running"
    api.force_authenticate(UserFactory())
    assert [row["name"] for row in api.get(path).json()] == ["海"]


@pytest.mark.parametrize("kind", ["tree", "lights", "reef"])
def test_the_picture_only_grows(kind):
    sizes = []
    for percent in range(0, 101, 10):
        drawn = picture(kind, percent)
        sizes.append(len(drawn.spots) + len(drawn.paths) + sum(box.r for box in drawn.boxes))
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.django_db(transaction=True)
def test_many_deeds_of_one_day_at_once_count_as_one():
    member = MembershipFactory(circle=CircleFactory(slug="photo", member_count=2))
    goal = begin(member)
    ids = [PostFactory(circle=member.circle, author=member.user).pk for _ in range(4)]
    others = [MembershipFactory(circle=member.circle) for _ in range(2)]
    at_once(
        *[lambda pk=pk: deeds.count_posts([pk]) for pk in ids],
        *[lambda row=row: sign_ins.sign_in(user=row.user, circle=row.circle) for row in others],
    )
    goal.refresh_from_db()
    assert goal.energy == GoalDay.objects.count() == 3

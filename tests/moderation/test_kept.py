"""Collections and shelves that have to go, and lists of what else posts and circles have."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Follow
from circles.actions import collections, posts, shelves
from circles.models import Collection, Event, Poll, PollOption, PostVersion, Role, Shelf
from core.errors import Refused
from core.jobs.models import Job
from core.jobs.registry import get_handler
from daily.actions import goals
from daily.actions.goals import GoalWanted
from moderation.actions import kept
from moderation.models import LogEntry, Verb
from notifications.models import Notification
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle():
    return CircleFactory(name="手冲咖啡")


def moderate(row):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_moderate", args=[row.pk, "remove"])


def test_a_collection_goes_and_its_posts_stay(desk, circle):
    collection = collections.create(actor=circle.owner, circle=circle, title="加微信领豆子")
    post = PostFactory(circle=circle)
    collections.add_page(actor=circle.owner, collection=collection, post=post)

    assert desk.post(moderate(collection), {"confirmed": "1", "reason": ""}).status_code == 422
    assert Collection.objects.filter(pk=collection.pk).exists()
    answer = desk.post(moderate(collection), {"confirmed": "1", "reason": "广告"})
    assert answer.headers["Location"] == reverse("admin:circles_collection_changelist")

    assert not Collection.objects.filter(pk=collection.pk).exists()
    post.refresh_from_db()
    assert post.is_published
    entry = LogEntry.objects.get(verb=Verb.COLLECTION_REMOVE)
    assert (entry.reason, entry.circle, entry.subject, entry.details) == (
        "广告",
        circle,
        circle.owner,
        {"was": "加微信领豆子"},
    )


def test_a_shelf_goes_and_its_posts_stay_featured(desk, circle):
    shelf = shelves.add(actor=circle.owner, circle=circle, name="骂人合集")
    post = PostFactory(circle=circle)
    posts.set_featured(actor=circle.owner, post=post, featured=True, shelf=shelf)
    version = type(post).objects.get(pk=post.pk).version

    desk.post(moderate(shelf), {"confirmed": "1", "reason": "名称违规"})

    post.refresh_from_db()
    assert (post.is_featured, post.shelf, post.version) == (True, None, version + 1)
    assert not Shelf.objects.filter(pk=shelf.pk).exists()
    assert LogEntry.objects.get(verb=Verb.SHELF_REMOVE).details == {"was": "骂人合集"}


def test_twice_is_once_and_members_may_not(circle, moderator):
    collection = collections.create(actor=circle.owner, circle=circle, title="手册")
    with pytest.raises(Refused) as refused:
        kept.remove_collection(actor=circle.owner, collection=collection, reason="我想")
    assert refused.value.code == "not_allowed"
    assert kept.remove_collection(actor=moderator, collection=collection, reason="广告") is not None
    assert kept.remove_collection(actor=moderator, collection=collection, reason="广告") is None
    assert LogEntry.objects.count() == 1


def test_lists_search_and_pages(boss_desk, circle):
    poll = PostFactory(circle=circle, kind="poll", title="喝哪种")
    PollOption.objects.create(poll=Poll.objects.create(post=poll), position=0, text="耶加雪菲")
    event = PostFactory(circle=circle, kind="event", title="杯测")
    Event.objects.create(post=event, starts_at=event.published_at, zone="Asia/Shanghai", place="二楼")
    PostVersion.objects.create(post=poll, number=1, body="原来的话", written_at=poll.published_at)
    followed = UserFactory(nickname="一盏茶")
    Follow.objects.create(follower=UserFactory(), followed=followed)
    for model, words, found in (
        ("circles_poll", "喝哪种", "喝哪种"),
        ("circles_event", "手冲咖啡", "杯测"),
        ("circles_topic", "手冲", "0"),
        ("circles_collection", "手冲", "0"),
        ("circles_shelf", "手冲", "0"),
        ("accounts_follow", "一盏茶", "一盏茶"),
        ("discovery_postheat", "手冲", "0"),
        ("discovery_circlegrowth", "手冲", "0"),
    ):
        page = boss_desk.get(reverse(f"admin:{model}_changelist"), {"q": words})
        assert (page.status_code, found in page.content.decode()) == (200, True), model
    assert "耶加雪菲" in boss_desk.get(reverse("admin:circles_poll_change", args=[poll.pk])).content.decode()
    assert "原来的话" in boss_desk.get(reverse("admin:circles_post_change", args=[poll.pk])).content.decode()
    shown = boss_desk.get(reverse("admin:circles_event_change", args=[event.pk])).content.decode()
    assert ("二楼" in shown, event.event.check_in_code in shown) == (True, False)


def told(person):
    for job in Job.objects.filter(
        handler__in=("notifications.notify_collection_removed", "notifications.notify_goal_stopped")
    ):
        get_handler(job.handler).do([job])
    return [(line.data["what"], line.detail) for line in Notification.objects.filter(recipient=person).order_by("id")]


def test_whoever_made_a_collection_reads_why_it_is_gone_and_not_by_whom(client, desk, circle):
    editor = MembershipFactory(circle=circle, role=Role.EDITOR).user
    mine, theirs, last = [
        collections.create(actor=who, circle=circle, title=title)
        for who, title in ((circle.owner, "我的"), (editor, "入门"), (editor, "进阶"))
    ]
    desk.post(moderate(theirs), {"confirmed": "1", "reason": "广告"})
    client.force_login(circle.owner)
    edit = f"/collections/{last.pk}/edit/"
    assert 'name="reason"' in client.get(edit).content.decode()
    assert client.post(edit, {"do": "delete", "reason": "长" * 301}).status_code == 422
    assert client.post(edit, {"do": "delete", "reason": "与入门重复"}).status_code == 302
    assert 'name="reason"' not in client.get(f"/collections/{mine.pk}/edit/").content.decode()
    assert client.post(f"/collections/{mine.pk}/edit/", {"do": "delete"}).status_code == 302
    assert (Collection.objects.count(), told(circle.owner)) == (0, [])
    assert told(editor) == [("collection_removed", "广告"), ("collection_removed", "与入门重复")]
    client.force_login(editor)
    page = client.get(reverse("notifications:inbox")).content.decode()
    assert "进阶" in page
    assert circle.owner.nickname not in page


def test_the_api_removes_with_a_reason(circle):
    editor = MembershipFactory(circle=circle, role=Role.EDITOR).user
    book = collections.create(actor=editor, circle=circle, title="入门")
    api = APIClient()
    api.force_authenticate(UserFactory())
    assert api.delete(f"/api/v1/collections/{book.pk}/", {"reason": "重复"}, format="json").status_code == 403
    api.force_authenticate(circle.owner)
    assert api.delete(f"/api/v1/collections/{book.pk}/", {"reason": "重复"}, format="json").status_code == 204
    assert told(editor) == [("collection_removed", "重复")]


def test_whoever_began_a_goal_reads_why_it_was_called_off(client, desk, circle):
    wanted = GoalWanted(title="一起去看海", target=10)
    goal = goals.begin(actor=circle.owner, circle=circle, wanted=wanted)
    address = reverse("admin:daily_goal_moderate", args=[goal.pk, "end"])
    assert desk.post(address, {"confirmed": "1", "reason": ""}).status_code == 422
    assert told(circle.owner) == []
    for _twice in range(2):
        desk.post(address, {"confirmed": "1", "reason": "募捐须另行申请"})
    goal.refresh_from_db()
    assert (goal.state, told(circle.owner)) == ("over", [("goal_stopped", "募捐须另行申请")])
    assert LogEntry.objects.filter(verb=Verb.GOAL_END).count() == 1
    client.force_login(circle.owner)
    assert "募捐须另行申请" in client.get(reverse("notifications:inbox")).content.decode()

"""Collections and shelves that have to go, and lists of what else posts and circles have."""

import pytest
from django.urls import reverse

from accounts.models import Follow
from circles.actions import collections, posts, shelves
from circles.models import Collection, Event, Poll, PollOption, PostVersion, Shelf
from core.errors import Refused
from moderation.actions import kept
from moderation.models import LogEntry, Verb
from tests.factories import CircleFactory, PostFactory, UserFactory

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
    with pytest.raises(Refused, match=""):
        kept.remove_collection(actor=circle.owner, collection=collection, reason="我想")
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

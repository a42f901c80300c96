"""What moderators decide moves conduct credit, and lifting it takes that back; appeals; adjustments."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import credit as credits
from accounts.models import CreditAppeal, CreditAppealState, CreditChange, CreditEntry, CreditKind, User
from core.errors import DomainError, Refused
from moderation.actions import comments, credit, members, people, posts
from moderation.models import LogEntry, Verb
from tests.factories import CommentFactory, MembershipFactory, PostFactory, UserFactory
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    joined = timezone.now() - timedelta(days=400)
    return UserFactory(date_joined=joined, verified_at=joined, credit=680, nickname="小雨")


def now_of(person):
    return User.objects.get(pk=person.pk).credit


def later(**time):
    return timezone.now() + timedelta(**time)


def test_a_hidden_post_and_its_return(moderator, person):
    post = PostFactory(author=person)
    for _again in range(2):
        posts.hide(actor=moderator, post=post, reason="广告")
        posts.hide(actor=moderator, post=post, reason="广告")
        assert now_of(person) == 600
        posts.restore(actor=moderator, post=post, reason="看错了")
        assert now_of(person) == 680
    [entry, _second] = CreditEntry.objects.order_by("pk")
    assert (entry.kind, entry.place, entry.note) == (CreditKind.POST_REMOVED, post.circle.name, "广告")


def test_a_hidden_comment_and_its_return(moderator, person):
    comment = CommentFactory(author=person)
    comments.hide(actor=moderator, comment=comment, reason="骂人")
    assert now_of(person) == 610
    comments.restore(actor=moderator, comment=comment, reason="没有骂")
    assert now_of(person) == 680


def test_silence_counts_once_however_often_its_end_moves(moderator, person):
    circle = MembershipFactory(user=person).circle
    for days in (1, 3, 7):
        members.silence(actor=moderator, user=person, circle=circle, until=later(days=days), reason="吵架")
        assert now_of(person) == 580
    members.unsilence(actor=moderator, user=person, circle=circle, reason="和好了")
    assert now_of(person) == 680


def test_a_ban_from_a_circle(moderator, person):
    circle = MembershipFactory(user=person).circle
    members.ban(actor=moderator, user=person, circle=circle, reason="刷屏")
    assert now_of(person) == 560
    members.unban(actor=moderator, user=person, circle=circle, reason="好了")
    assert now_of(person) == 680


def test_a_ban_weighs_by_its_length_and_counts_once(moderator, person):
    people.ban(actor=moderator, person=person, until=later(days=1), reason="刷屏")
    assert now_of(person) == 520
    people.ban(actor=moderator, person=person, until=later(days=300), reason="又来")
    assert now_of(person) == 350
    people.unban(actor=moderator, person=person, reason="误会")
    assert now_of(person) == 680


def test_a_ban_that_ran_out_is_not_taken_back(moderator, person):
    people.ban(actor=moderator, person=person, until=later(days=1), reason="刷屏")
    User.objects.filter(pk=person.pk).update(banned_until=timezone.now() - timedelta(minutes=1))
    people.unban(actor=moderator, person=person, reason="清理")
    assert now_of(person) == 520


class TestAppeals:
    @pytest.fixture
    def appeal(self, person, boss):
        """Against a post that `boss` hid."""
        posts.hide(actor=boss, post=PostFactory(author=person), reason="广告")
        change = CreditChange.objects.get(user=person)
        return credits.appeal(user=person, change=change, text="这是我自己的二手书，不是广告。")

    def test_upheld(self, appeal, person, desk, moderator):
        url = f"/admin/accounts/creditappeal/{appeal.pk}/moderate/uphold/"
        assert "二手书" in desk.get(f"/admin/accounts/creditappeal/{appeal.pk}/change/").content.decode()
        assert desk.post(url, {"confirmed": "1", "reason": ""}).status_code == 422
        assert desk.post(url, {"confirmed": "1", "reason": "确实不是广告"}).status_code == 302
        appeal.refresh_from_db()
        assert (appeal.state, appeal.answer, appeal.decided_by) == (
            CreditAppealState.UPHELD,
            "确实不是广告",
            moderator,
        )
        assert appeal.entry.withdrawn_at is not None
        assert now_of(person) == 680
        entry = LogEntry.objects.get(verb=Verb.CREDIT_UPHOLD)
        assert (entry.actor, entry.subject, entry.reason) == (moderator, person, "确实不是广告")

    def test_rejected(self, appeal, person, moderator):
        credit.reject(actor=moderator, appeal=appeal, reason="有价格和店名")
        assert now_of(person) == 600
        assert credit.reject(actor=moderator, appeal=appeal, reason="再说一遍") is None
        with pytest.raises(DomainError) as refused:
            credit.uphold(actor=moderator, appeal=appeal, reason="改主意")
        assert refused.value.code == "already_decided"
        assert LogEntry.objects.filter(verb=Verb.CREDIT_UPHOLD).count() == 0

    def test_nobody_looks_at_their_own_decision(self, appeal, boss, person):
        with pytest.raises(Refused) as refused:
            credit.reject(actor=boss, appeal=appeal, reason="就是广告")
        assert refused.value.code == "own_decision"
        person.is_staff = person.is_superuser = True
        person.save()
        with pytest.raises(Refused) as refused:
            credit.uphold(actor=person, appeal=appeal, reason="我说的对")
        assert refused.value.code == "oneself"
        assert CreditAppeal.objects.get().state == CreditAppealState.OPEN

    def test_only_with_the_permission(self, appeal, bystander):
        with pytest.raises(Refused) as refused:
            credit.uphold(actor=bystander, appeal=appeal, reason="好")
        assert refused.value.code == "not_allowed"
        desk = signed_in(bystander)
        assert desk.get("/admin/accounts/creditappeal/").status_code == 403
        assert desk.get("/admin/accounts/creditentry/").status_code == 403

    def test_the_queue_says_how_many_wait(self, appeal, desk):
        tasks = {task["icon"]: task for task in desk.get("/admin/").context["tasks"]}
        assert tasks["balance"]["count"] == 1
        assert "小雨" in desk.get(tasks["balance"]["url"]).content.decode()


class TestAdjusting:
    def test_through_the_admin(self, desk, person, moderator):
        url = f"/admin/accounts/user/{person.pk}/moderate/credit/"
        assert desk.post(url, {"confirmed": "1", "reason": "帮新人", "points": "500"}).status_code == 422
        assert now_of(person) == 680
        assert desk.post(url, {"confirmed": "1", "reason": "帮新人认路", "points": "25"}).status_code == 302
        assert now_of(person) == 705
        change = CreditChange.objects.get(user=person)
        assert (change.entry.note, change.lines[-1]) == ("帮新人认路", ["adjustment", 25])
        assert LogEntry.objects.get(verb=Verb.CREDIT_ADJUST).details == {"points": 25}

    def test_not_one_s_own(self, moderator):
        with pytest.raises(Refused) as refused:
            credit.adjust(actor=moderator, person=moderator, points=100, reason="好人")
        assert refused.value.code == "oneself"

    def test_likers_are_not_named(self, desk, person):
        reader = UserFactory(nickname="读者甲")
        credits.set_liked(user=person, by=reader, since=timezone.now())
        entry = CreditEntry.objects.get()
        assert "小雨" not in desk.get("/admin/accounts/creditentry/").content.decode()
        assert desk.get(f"/admin/accounts/creditentry/{entry.pk}/change/").status_code == 302

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from circles.models import Circle, Comment, Membership, MembershipState, Post
from core.errors import DomainError, Invalid, Refused
from core.jobs.models import Job, JobState
from moderation.actions import circles, comments, jobs, members, people, posts
from moderation.models import LogEntry, Verb
from tests.factories import CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def rows():
    return list(
        LogEntry.objects.order_by("id").values_list("actor__nickname", "verb", "reason", "subject", "circle", "target")
    )


def later(days=1):
    return timezone.now() + timedelta(days=days)


def in_circle(author, circle):
    MembershipFactory(circle=circle, user=author)
    return author


class TestPosts:
    def test_hide_and_restore(self, moderator):
        post = PostFactory()
        Circle.objects.filter(pk=post.circle_id).update(post_count=1)
        entry = posts.hide(actor=moderator, post=post, reason="  广告 \x00")
        assert not Post.objects.visible_to(ANYBODY).exists()
        about = (post.author_id, post.circle_id, f"circles.post:{post.pk}")
        assert rows() == [("值班员", Verb.POST_HIDE, "广告", *about)]
        job = Job.objects.get(handler="notifications.notify_post_hidden")
        assert job.args == {"post_id": post.pk, "log_entry_id": entry.pk}
        posts.restore(actor=moderator, post=post, reason="搞错了")
        assert Post.objects.visible_to(ANYBODY).get() == post
        assert rows()[1:] == [("值班员", Verb.POST_RESTORE, "搞错了", *about)]
        assert Job.objects.filter(handler="notifications.notify_post_restored").count() == 1

    def test_twice_is_once(self, moderator):
        post = PostFactory()
        assert posts.hide(actor=moderator, post=post, reason="广告")
        assert posts.hide(actor=moderator, post=post, reason="广告") is None
        assert LogEntry.objects.count() == 1
        assert Job.objects.filter(handler="notifications.notify_post_hidden").count() == 1

    def test_deleted_stays_deleted(self, moderator):
        post = PostFactory(state="deleted")
        for act in (posts.hide, posts.restore):
            with pytest.raises(DomainError) as refusal:
                act(actor=moderator, post=post, reason="广告")
            assert refusal.value.code == "deleted"
        assert rows() == []

    @pytest.mark.parametrize("reason", ["", " \n\t", "\x00", "长" * 1001])
    def test_a_reason_is_needed(self, moderator, reason):
        post = PostFactory()
        with pytest.raises(Invalid) as refusal:
            posts.hide(actor=moderator, post=post, reason=reason)
        assert refusal.value.code in ("reason_required", "too_long")
        assert (rows(), Post.objects.visible_to(ANYBODY).count(), Job.objects.count()) == ([], 1, 0)

    @pytest.mark.parametrize("staff", [True, False])
    def test_a_permission_is_needed(self, staff):
        post = PostFactory()
        with pytest.raises(Refused) as refusal:
            posts.hide(actor=UserFactory(is_staff=staff), post=post, reason="广告")
        assert refusal.value.code == "not_allowed"
        assert (rows(), Post.objects.visible_to(ANYBODY).count(), Job.objects.count()) == ([], 1, 0)

    def test_the_author_cannot_bring_it_back(self, moderator, boss):
        from circles.actions import posts as own

        post = PostFactory()
        posts.hide(actor=moderator, post=post, reason="广告")
        with pytest.raises(DomainError):
            own.edit(editor=post.author, post=Post.objects.get(pk=post.pk), body="neu")
        assert not Post.objects.visible_to(ANYBODY).exists()


def test_comments(moderator):
    post = PostFactory()
    comment = CommentFactory(post=post)
    Post.objects.filter(pk=post.pk).update(comment_count=1)
    assert comments.hide(actor=moderator, comment=comment, reason="骂人")
    assert comments.hide(actor=moderator, comment=comment, reason="骂人") is None
    post.refresh_from_db()
    assert (Comment.objects.visible_to(ANYBODY).count(), post.comment_count) == (0, 0)
    assert comments.restore(actor=moderator, comment=comment, reason="误会")
    post.refresh_from_db()
    assert (Comment.objects.visible_to(ANYBODY).count(), post.comment_count) == (1, 1)
    assert [row[1] for row in rows()] == [Verb.COMMENT_HIDE, Verb.COMMENT_RESTORE]


def test_circles(moderator):
    post = PostFactory()
    circle = post.circle
    assert circles.close(actor=moderator, circle=circle, reason="违规")
    assert circles.close(actor=moderator, circle=circle, reason="违规") is None
    assert not Circle.objects.visible_to(ANYBODY).exists()
    assert not Post.objects.visible_to(ANYBODY).exists()
    assert circles.reopen(actor=moderator, circle=circle, reason="已改")
    assert Post.objects.visible_to(ANYBODY).get() == post
    assert [row[1] for row in rows()] == [Verb.CIRCLE_CLOSE, Verb.CIRCLE_REOPEN]


class TestMembers:
    def test_silence(self, moderator):
        membership, until = MembershipFactory(), later()
        said = {"actor": moderator, "user": membership.user, "circle": membership.circle, "reason": "刷屏"}
        assert members.silence(**said, until=until)
        assert members.silence(**said, until=until) is None
        membership.refresh_from_db()
        assert (membership.silenced_until, membership.is_active) == (until, True)
        assert members.unsilence(**said)
        assert members.unsilence(**said) is None
        membership.refresh_from_db()
        assert membership.silenced_until is None
        assert [row[1] for row in rows()] == [Verb.MEMBER_SILENCE, Verb.MEMBER_UNSILENCE]
        assert LogEntry.objects.earliest("id").details == {"until": until.isoformat()}

    def test_ban(self, moderator):
        membership = MembershipFactory()
        said = {"actor": moderator, "user": membership.user, "circle": membership.circle, "reason": "广告"}
        assert members.ban(**said)
        assert members.ban(**said) is None
        membership.refresh_from_db()
        assert membership.state == MembershipState.BANNED
        assert Job.objects.filter(handler="feeds.forget_circle").count() == 1
        assert members.unban(**said)
        membership.refresh_from_db()
        assert membership.state == MembershipState.LEFT
        assert [row[1] for row in rows()] == [Verb.MEMBER_BAN, Verb.MEMBER_UNBAN]

    def test_the_owner_is_not_put_out(self, moderator):
        owner = Membership.objects.get(circle=PostFactory().circle)
        with pytest.raises(DomainError) as refusal:
            members.ban(actor=moderator, user=owner.user, circle=owner.circle, reason="广告")
        assert (refusal.value.code, rows()) == ("circle_owner", [])


class TestPeople:
    def test_ban(self, moderator):
        person, until = UserFactory(), later()
        assert people.ban(actor=moderator, person=person, until=until, reason="诈骗")
        assert people.ban(actor=moderator, person=person, until=until, reason="诈骗") is None
        person.refresh_from_db()
        assert person.is_banned
        assert people.unban(actor=moderator, person=person, reason="申诉成立")
        person.refresh_from_db()
        assert not person.is_banned
        about = (person.pk, None, f"accounts.user:{person.pk}")
        assert rows() == [
            ("值班员", Verb.PERSON_BAN, "诈骗", *about),
            ("值班员", Verb.PERSON_UNBAN, "申诉成立", *about),
        ]

    def test_not_oneself_and_not_the_team(self, moderator, boss, bystander):
        for person, code in ((moderator, "oneself"), (boss, "team_member"), (bystander, "team_member")):
            with pytest.raises(Refused) as refusal:
                people.ban(actor=moderator, person=person, until=later(), reason="x")
            assert refusal.value.code == code
        assert rows() == []
        assert people.ban(actor=boss, person=bystander, until=later(), reason="x")


class TestJobs:
    def test_retry(self, boss):
        dead = Job.objects.create(queue="notify", handler="core.x", state=JobState.DEAD, attempts=8)
        done = Job.objects.create(queue="notify", handler="core.x", state=JobState.DONE)
        entry = jobs.retry(actor=boss, job_ids=[dead.pk, done.pk], reason="好了")
        dead.refresh_from_db()
        done.refresh_from_db()
        assert (dead.state, dead.attempts, done.state) == (JobState.WAITING, 0, JobState.DONE)
        assert entry.details == {"count": 1, "jobs": [dead.pk], "handlers": ["core.x"]}
        assert jobs.retry(actor=boss, job_ids=[dead.pk], reason="好了") is None
        assert LogEntry.objects.count() == 1

    def test_moderators_may_not(self, moderator):
        with pytest.raises(Refused):
            jobs.retry(actor=moderator, job_ids=[1], reason="好了")


class TestLog:
    @pytest.fixture
    def entry(self, moderator):
        return posts.hide(actor=moderator, post=PostFactory(), reason="广告")

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE moderation_logentry SET reason = 'nothing'",
            "UPDATE moderation_logentry SET created_at = now()",
            "DELETE FROM moderation_logentry",
        ],
    )
    def test_the_database_refuses_change(self, entry, sql):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert rows()[0][:3] == ("值班员", Verb.POST_HIDE, "广告")

    def test_the_models_are_refused_too(self, entry):
        entry.reason = "nothing"
        for write in (entry.save, entry.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                write()
        assert LogEntry.objects.get().reason == "广告"

    def test_no_log_no_deed(self, moderator, monkeypatch):
        from moderation.actions import log

        post = PostFactory()

        def fail(**row):
            raise DatabaseError("disk full")

        monkeypatch.setattr(log, "write", fail)
        with pytest.raises(DatabaseError), transaction.atomic():
            posts.hide(actor=moderator, post=post, reason="广告")
        assert Post.objects.visible_to(ANYBODY).get() == post

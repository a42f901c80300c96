"""Pseudonyms: the same in one thread, unlinkable across threads, for members, moderators, programs and the admin."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Block, CreditEntry
from circles import pseudonyms
from circles.actions import comments, likes, posts
from circles.models import Comment, Post, Pseudonym, Role
from core.jobs import worker
from core.models import Job
from moderation.actions import posts as moderated
from moderation.models import LogEntry
from notifications.models import Notification
from notifications.queries import inbox
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, MembershipFactory, UserFactory

SECRETS = ("周素心", "suxin_z")


@pytest.fixture
def circle():
    circle = CircleFactory(masks_authors=True)
    MembershipFactory(circle=circle, role=Role.MODERATOR)
    return circle


@pytest.fixture
def author(circle):
    person = UserFactory(nickname=SECRETS[0], username=SECRETS[1])
    MembershipFactory(circle=circle, user=person)
    return person


def write(author, circle, body="今天很难过"):
    return posts.publish(author=author, circle=circle, key=uuid.uuid4(), body=body)


def say(author, post, body="我也是", parent=None):
    return comments.publish(author=author, post=post, key=uuid.uuid4(), body=body, parent=parent)


def work():
    while True:
        Job.objects.filter(state="waiting").update(run_after=timezone.now() - timedelta(hours=1))
        if not sum(worker.drain(queue) for queue in ("notify", "bulk", "fanout")):
            break
    assert not Job.objects.exclude(error="").exists(), Job.objects.exclude(error="").values_list("error", flat=True)


def viewers(circle):
    """Nobody, a member, a moderator and the owner of the circle."""
    people = [None, MembershipFactory(circle=circle).user, circle.owner]
    people.append(circle.memberships.get(role=Role.MODERATOR).user)
    for person in people:
        client = Client()
        if person is not None:
            client.force_login(person)
        yield client


@pytest.mark.django_db
class TestUnderOneName:
    def test_the_same_in_a_thread_and_another_in_the_next(self, circle, author):
        first, second = write(author, circle), write(author, circle)
        floors = [say(author, first), say(author, first), say(author, second)]
        assert first.author_name == floors[0].author_name == floors[1].author_name
        assert first.author_mask == floors[0].author_mask == floors[1].author_mask
        assert second.author_name == floors[2].author_name != first.author_name
        assert second.author_mask != first.author_mask
        assert "·" in first.author_name

    def test_different_people_never_share_a_name(self, circle, author, monkeypatch):
        """Even if the secret gave the same to all: the next try is taken."""
        real = pseudonyms.derive

        def narrow(post_id, user_id, *, attempt=0):
            token, _name, version = real(post_id, user_id, attempt=attempt)
            return token, f"白鹭·{attempt}", version

        monkeypatch.setattr(pseudonyms, "derive", narrow)
        post = write(author, circle)
        names = {say(MembershipFactory(circle=circle).user, post).author_name for _ in range(4)}
        assert names | {post.author_name} == {f"白鹭·{number}" for number in range(5)}

    def test_another_secret_changes_no_name(self, circle, author, settings):
        post = write(author, circle)
        settings.IDENTITY_KEYS = {**settings.IDENTITY_KEYS, "9": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="}
        assert say(author, post).author_name == post.author_name
        assert set(Pseudonym.objects.values_list("key_version", flat=True)) == {1}
        assert write(author, circle).pseudonyms.get().key_version == 9

    def test_the_secret_decides(self, settings):
        before = pseudonyms.derive(7, 8)
        assert before == pseudonyms.derive(7, 8)
        assert before[:2] != pseudonyms.derive(7, 9)[:2] != pseudonyms.derive(8, 8)[:2]
        settings.IDENTITY_KEYS = {"1": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="}
        assert pseudonyms.derive(7, 8)[:2] != before[:2]

    def test_older_threads_and_announcements_stay_as_they_are(self, circle, author):
        circle.masks_authors = False
        circle.save()
        post = write(author, circle)
        circle.masks_authors = True
        circle.save()
        assert say(author, post).author_mask == ""
        masked = write(author, circle)
        circle.masks_authors = False
        circle.save()
        assert say(author, masked).author_name == masked.author_name


@pytest.mark.django_db
class TestLeaks:
    @pytest.fixture
    def thread(self, circle, author):
        post = write(author, circle, "只在这里说 #秘密")
        other = MembershipFactory(circle=circle).user
        floor = say(other, post, "抱抱")
        say(author, post, "谢谢", parent=floor)
        say(author, post, "好多了")
        likes.like(user=author, post=post)
        work()
        return post

    def addresses(self, post, circle, author):
        return [
            f"/circles/{circle.slug}/",
            f"/posts/{post.pk}/",
            "/",
            f"/api/v1/circles/{circle.slug}/posts/",
            f"/api/v1/posts/{post.pk}/",
            f"/api/v1/posts/{post.pk}/comments/",
            *(f"/comments/{pk}/" for pk in Comment.objects.values_list("pk", flat=True)),
        ]

    def test_no_page_and_no_answer_tells_who_it_is(self, thread, circle, author):
        seen = 0
        for client in viewers(circle):
            for address in self.addresses(thread, circle, author):
                answer = client.get(address, follow=True)
                text = answer.content.decode()
                seen += "只在这里说" in text or "好多了" in text
                for secret in SECRETS:
                    assert secret not in text, (address, secret)
                assert not re.search(rf"(?:author|user|person)\D{{0,12}}\b{author.pk}\b", text), address
        assert seen > 12

    def test_the_author_s_own_answer_names_them_no_more_than_others(self, thread, author, client):
        client.force_login(author)
        told = client.get(f"/api/v1/posts/{thread.pk}/").json()
        assert told["author"] == {
            "username": None,
            "nickname": thread.author_name,
            "is_verified": True,
            "is_pseudonym": True,
            "role": "",
            "title": "",
            "avatar_url": None,
            "url": None,
        }
        assert told["can_edit"] is True

    def test_the_region_is_left_out(self, circle, author):
        author.region = "CN-63"
        post = write(author, circle)
        said = say(author, post)
        assert (post.region, said.region) == ("", "")
        open_post = write(author, MembershipFactory(user=author).circle)
        assert open_post.region == "CN-63"

    def test_the_profile_lists_nothing_written_under_a_pseudonym(self, thread, circle, author):
        for client in viewers(circle):
            text = client.get(f"/people/{author.username}/posts/").content.decode()
            assert "只在这里说" not in text
        own = Client()
        own.force_login(author)
        assert "只在这里说" in own.get(f"/people/{author.username}/posts/").content.decode()

    def test_blocking_and_muting_tell_nothing(self, thread, circle, author):
        member = MembershipFactory(circle=circle).user
        Block.objects.create(blocker=member, blocked=author)
        reader = Client()
        reader.force_login(member)
        page = reader.get(f"/posts/{thread.pk}/")
        assert page.status_code == 200
        assert "好多了" in page.content.decode()
        assert "只在这里说" in reader.get(f"/circles/{circle.slug}/").content.decode()
        floor = Comment.objects.filter(author=author).first()
        assert say(member, thread, "还好吗", parent=floor).pk
        likes.like(user=member, post=thread)
        work()
        assert Notification.objects.filter(recipient=author, comment__author=member).count() == 1

    def test_notifications_name_the_pseudonym_alone(self, thread, circle, author):
        other = Comment.objects.exclude(author=author).get().author
        [line] = [item for item in inbox(other).items if item.kind == "reply"]
        assert line.actor.nickname == thread.author_name
        assert line.actor.get_absolute_url() == ""
        assert not Notification.objects.filter(recipient=other, actor=author).exists()
        reader = Client()
        reader.force_login(other)
        for address in ("/inbox/", "/api/v1/notifications/"):
            text = reader.get(address).content.decode()
            assert thread.author_name in text
            assert SECRETS[0] not in text
            assert SECRETS[1] not in text

    def test_nobody_hears_of_their_own_deeds_and_likes_are_nobody_s(self, thread, circle, author):
        assert not Notification.objects.filter(recipient=author, comment__author=author).exists()
        fan = MembershipFactory(circle=circle).user
        likes.like(user=fan, post=thread)
        work()
        [line] = [item for item in inbox(author).items if item.kind == "like"]
        assert line.actor.nickname == "Somebody"
        assert line.notification.actor is None

    def test_a_post_with_photos_only_is_titled_by_the_pseudonym(self, thread, client):
        Post.objects.filter(pk=thread.pk).update(body="", body_html="")
        text = client.get(f"/posts/{thread.pk}/").content.decode()
        assert thread.author_name in text
        assert SECRETS[0] not in text


@pytest.mark.django_db
class TestStaff:
    def test_the_admin_shows_and_finds_the_pseudonym_alone(self, circle, author):
        post = write(author, circle)
        floor = say(author, post)
        boss = UserFactory(is_staff=True, is_superuser=True)
        desk = Client()
        desk.force_login(boss)
        for address in (
            "/admin/circles/post/",
            f"/admin/circles/post/{post.pk}/change/",
            "/admin/circles/comment/",
            f"/admin/circles/comment/{floor.pk}/change/",
        ):
            text = desk.get(address).content.decode()
            assert post.author_name in text, address
            assert SECRETS[0] not in text, address
        found = desk.get("/admin/circles/post/", {"q": SECRETS[0]}).context["cl"].result_list
        assert list(found) == []
        plain = write(author, CircleFactory(owner=author))
        assert list(desk.get("/admin/circles/post/", {"q": SECRETS[0]}).context["cl"].result_list) == [plain]

    def test_the_log_and_credit_do_not_meet(self, circle, author):
        post = write(author, circle)
        boss = UserFactory(is_staff=True, is_superuser=True)
        moderated.hide(actor=boss, post=post, reason="留了电话号码")
        entry = LogEntry.objects.get()
        assert entry.subject is None
        counted = CreditEntry.objects.get()
        assert counted.user == author
        assert (counted.place, counted.note) == ("", "")
        assert counted.at.hour == counted.at.minute == 0
        desk = Client()
        desk.force_login(boss)
        assert "留了电话号码" not in desk.get("/admin/accounts/creditentry/").content.decode()
        moderated.restore(actor=boss, post=post, reason="不是他的")
        counted.refresh_from_db()
        assert counted.withdrawn_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_comments_at_once_get_one_name(circle, author):
    post = write(MembershipFactory(circle=circle).user, circle)
    at_once(*[lambda: say(author, post) for _ in range(4)])
    assert Pseudonym.objects.filter(user=author).count() == 1
    assert len(set(Comment.objects.values_list("author_name", "author_mask"))) == 1

"""Who is told what, through the jobs that real actions leave behind."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, Mute
from circles.actions import comments, likes, memberships
from circles.actions import posts as post_actions
from core.jobs.models import Job, JobState
from core.jobs.worker import run
from moderation.models import LogEntry, Verb
from notifications.actions import tell
from notifications.actions.deliver import collapse_like
from notifications.actions.read import mark_all_read, mark_read
from notifications.consumers import notify_post_hidden, notify_post_restored
from notifications.models import InboxState, Kind, Notification, NotificationActor
from tests.factories import CircleFactory, CommentFactory, UserFactory
from tests.feeds.community import member_of, publish, work

pytestmark = pytest.mark.django_db


def test_a_comment_tells_the_author(author, post, comment, lines, badge):
    reader = UserFactory(nickname="李雷")
    comment(reader, post)
    assert lines(author) == [("comment", "李雷 commented on your post", True)]
    assert badge(author) == 1
    assert badge(reader) == 0


def test_telling_the_author_of_a_comment_takes_few_queries(author, post, comment, django_assert_num_queries):
    reader = member_of(post.circle)
    comment(reader, post)
    made = comments.publish(author=reader, post=post, key=uuid4(), body="又来了")
    with django_assert_num_queries(10):
        tell.comments([made.pk])
    assert Notification.objects.filter(recipient=author).count() == 2


def test_telling_of_thirty_comments_takes_as_many_queries_as_of_two(author, post):
    blocked, mutes_him, muted = UserFactory(), UserFactory(), UserFactory()
    Block.objects.create(blocker=author, blocked=blocked)
    Block.objects.create(blocker=mutes_him, blocked=author)
    Mute.objects.create(muter=author, muted=muted)
    unheard = [CommentFactory(post=post, author=one) for one in (blocked, mutes_him, muted, author)]

    def cost(number: int) -> int:
        made = [*[CommentFactory(post=post) for _ in range(number)], *unheard]
        before = Notification.objects.count()
        with CaptureQueriesContext(connection) as queries:
            tell.comments([comment.pk for comment in made])
        told = Notification.objects.order_by("pk")[before:]
        assert [line.comment for line in told] == made[:number]
        tell.comments([comment.pk for comment in made])  # told once
        return len(queries)

    cost(1)  # makes the inbox
    few, many = cost(2), cost(30)
    assert few == many <= 10
    assert InboxState.objects.get(user=author).unread == Notification.objects.filter(recipient=author).count() == 33


def test_nobody_hears_of_their_own_deeds(author, post, comment, like, lines):
    comment(author, post, "自己顶 @作者")
    like(author, post)
    publish(author, post.circle, "又是我 @作者")
    work()
    assert lines(author) == []


def test_a_reply_counts_more_than_a_comment_and_that_more_than_a_mention(author, post, comment, lines):
    reader, third = UserFactory(nickname="李雷"), UserFactory(nickname="韩梅梅")
    floor = comment(author, post, "欢迎")
    comment(reader, post, "@作者 @韩梅梅 你们看", parent=floor)
    assert lines(author) == [("reply", "李雷 replied to you", True)]
    assert lines(third) == [("mention", "李雷 mentioned you", True)]
    comment(third, post, "@作者 来了")
    assert lines(author)[0] == ("comment", "韩梅梅 commented on your post", True)
    assert Notification.objects.filter(recipient=author).count() == 2


def test_a_reply_to_somebody_else_tells_both(author, post, comment, lines):
    reader, third = UserFactory(nickname="李雷"), UserFactory(nickname="韩梅梅")
    floor = comment(reader, post)
    comment(third, post, "同意", parent=floor)
    assert lines(reader) == [("reply", "韩梅梅 replied to you", True)]
    assert [kind for kind, _, _ in lines(author)] == ["comment", "comment"]


@pytest.mark.parametrize("text", ["@小明你好", "看@小明，快来", "@小明\n在吗", "（@小明）"])
def test_a_name_is_found_though_chinese_follows_it(author, circle, lines, text):
    person = UserFactory(nickname="小明")
    publish(author, circle, text)
    work()
    assert lines(person) == [("mention", "作者 mentioned you", True)]


def test_a_longer_name_wins(author, circle, lines):
    short, long = UserFactory(nickname="小明"), UserFactory(nickname="小明你好")
    publish(author, circle, "@小明你好呀")
    work()
    assert lines(long) == [("mention", "作者 mentioned you", True)]
    assert lines(short) == []


def test_likes_collapse_into_one_line(author, post, like, lines, badge):
    people = [UserFactory(nickname=name) for name in ("李雷", "韩梅梅", "林涛")]
    like(people[0], post)
    assert lines(author) == [("like", "李雷 liked your post", True)]
    like(people[1], post)
    assert lines(author) == [("like", "韩梅梅 and 1 other liked your post", True)]
    mark_all_read(user=author)
    assert badge(author) == 0
    like(people[2], post)
    assert lines(author) == [("like", "林涛 and 2 others liked your post", True)]
    assert badge(author) == 1
    assert Notification.objects.count() == 1
    assert NotificationActor.objects.count() == 3


def test_taking_a_like_back_and_giving_it_again_changes_nothing(author, post, like, lines, badge):
    person = UserFactory(nickname="李雷")
    like(person, post)
    mark_all_read(user=author)
    likes.unlike(user=person, post=post)
    like(person, post)
    assert lines(author) == [("like", "李雷 liked your post", False)]
    assert badge(author) == 0


def test_a_like_taken_back_before_the_worker_came_is_not_heard_of(author, post, lines):
    person = UserFactory()
    likes.like(user=person, post=post)
    likes.unlike(user=person, post=post)
    work()
    assert lines(author) == []


def test_jobs_that_run_twice_tell_once(author, post, comment, like, badge):
    person = UserFactory()
    comment(person, post, "@作者 好")
    like(person, post)
    before = set(Notification.objects.values_list("recipient_id", "key", "actor_count"))
    for job in Job.objects.filter(queue="notify"):
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=2, lease_until="2099-01-01T00:00Z")
        run(job.pk, 2)
    assert not Job.objects.exclude(state=JobState.DONE).exists()
    assert set(Notification.objects.values_list("recipient_id", "key", "actor_count")) == before
    assert badge(author) == 2


def test_a_muted_circle_is_silent(author, post, circle, comment, like, lines):
    memberships.set_muted(user=author, circle=circle, muted=True)
    person = UserFactory(nickname="李雷")
    comment(person, post, "@作者")
    like(person, post)
    publish(circle.owner, circle, "@作者 在吗")
    work()
    assert lines(author) == []
    memberships.set_muted(user=author, circle=circle, muted=False)
    comment(person, post)
    assert lines(author) == [("comment", "李雷 commented on your post", True)]


def decided(verb, post, *, by, reason):
    return LogEntry.objects.create(
        actor=by, verb=verb, reason=reason, subject=post.author, target=f"circles.post:{post.pk}"
    )


def test_a_decision_reaches_the_author_even_from_a_muted_circle(author, post, circle, lines, badge):
    memberships.set_muted(user=author, circle=circle, muted=True)
    moderator = UserFactory()
    post_actions.hide(post=post)
    entry = decided(Verb.POST_HIDE, post, by=moderator, reason="广告")
    notify_post_hidden(None, post_id=post.pk, log_entry_id=entry.pk)
    notify_post_hidden(None, post_id=post.pk, log_entry_id=entry.pk)
    assert lines(author) == [("post_hidden", f"Moderators hid your post in {circle.name}.", True)]
    assert Notification.objects.get().detail == "广告"
    assert Notification.objects.get().actor is None
    post_actions.restore(post=post)
    entry = decided(Verb.POST_RESTORE, post, by=moderator, reason="看错了")
    notify_post_restored(None, post_id=post.pk, log_entry_id=entry.pk)
    assert lines(author)[0] == ("post_restored", f"Your post in {circle.name} can be seen again.", True)
    assert badge(author) == 2


def test_hiding_ones_own_post_is_no_news(author, post, lines):
    entry = decided(Verb.POST_HIDE, post, by=author, reason="")
    notify_post_hidden(None, post_id=post.pk, log_entry_id=entry.pk)
    assert lines(author) == []


def test_an_account_that_is_switched_off_gets_nothing(author, post, comment):
    author.is_active = False
    author.save()
    comment(UserFactory(), post)
    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_number_stays_right_while_many_write_and_read_at_once():
    circle = CircleFactory()
    author = member_of(circle)
    posts = [publish(author, circle, str(number)) for number in range(3)]
    people = [UserFactory() for _ in range(8)]
    start = threading.Barrier(len(people) + 2)
    errors = []

    def in_thread(action):
        def act():
            try:
                start.wait()
                action()
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=act)
        thread.start()
        return thread

    def liking(person):
        for post in posts * 2:
            collapse_like(post=post, actor_id=person.pk)

    def reading():
        for _ in range(5):
            mark_all_read(user=author)
            mark_read(user=author, ids=list(Notification.objects.values_list("pk", flat=True)))

    threads = [in_thread(lambda person=person: liking(person)) for person in people]
    threads += [in_thread(reading), in_thread(reading)]
    for thread in threads:
        thread.join()
    assert errors == []
    assert Notification.objects.filter(recipient=author, kind=Kind.LIKE).count() == 3
    assert set(Notification.objects.values_list("actor_count", flat=True)) == {8}
    assert NotificationActor.objects.count() == 24
    assert InboxState.objects.get().unread == Notification.objects.filter(read_at=None).count()

import re
import socket
import time as real_time
import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from circles.actions import comments, memberships, posts
from core.jobs import QUEUES, outcome, worker
from core.jobs.models import Job, JobState
from merchants.actions import fans
from merchants.models import Fan
from notifications import tasks, tokens
from notifications.actions import sending
from notifications.actions.read import mark_all_read
from notifications.models import Delivery, Preferences
from tests.factories import UserFactory
from tests.feeds.community import LONG_AGO, announce, member_of, publish, verified_merchant, work

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def reader(author, away):
    """The author of the post, gone for an hour."""
    away(author)
    return author


def states():
    return sorted(Delivery.objects.values_list("channel", "key", "state"))


def test_a_comment_comes_by_mail(reader, post, circle, comment, mail_sink):
    made = comment(member_of(circle, nickname="李雷"), post, "好看 <b>吗</b>?")
    [mail] = mail_sink.to(reader)
    assert mail["Subject"] == "李雷 commented on your post"
    assert mail["Message-ID"] == f"<comment.{made.pk}.{reader.pk}@127.0.0.1>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://127\.0\.0\.1:8000/unsubscribe/\S+/>", mail["List-Unsubscribe"].strip())
    assert mail.get_content_type() == "multipart/alternative"
    text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert "好看 <b>吗</b>?" in text
    assert f"http://127.0.0.1:8000{made.get_absolute_url()}" in text
    assert "好看 &lt;b&gt;吗&lt;/b&gt;?" in html
    assert "<strong>李雷</strong> commented on your post" in html
    assert states() == [("mail", f"comment:{made.pk}", "sent")]
    assert Delivery.objects.get().attempts == 1


def test_in_the_language_of_the_reader(reader, post, circle, comment, mail_sink):
    Preferences.objects.create(user=reader, language="zh-hans")
    comment(member_of(circle, nickname="李雷"), post)
    [mail] = mail_sink.to(reader)
    assert mail["Subject"] == "李雷 评论了你的帖子"
    assert '<html lang="zh-hans">' in mail.get_body(["html"]).get_content()


@pytest.mark.parametrize(
    ("level", "mailed"),
    [("all", 2), ("highlights", 1), ("mentions", 0), ("digest", 0), ("muted", 0)],
)
def test_levels_hold_for_mail(reader, post, circle, comment, like, mail_sink, level, mailed):
    memberships.set_level(user=reader, circle=circle, level=level)
    other = member_of(circle)
    comment(other, post)
    like(other, post)
    publish(other, circle, "一件小事")
    work()
    assert len(mail_sink.to(reader)) == mailed


def test_a_second_run_sends_nothing(reader, post, circle, comment, mail_sink):
    comment(member_of(circle), post)
    Job.objects.filter(handler="notifications.send_notification").update(state=JobState.WAITING)
    work()
    assert len(mail_sink.mails) == 1


def test_nobody_is_mailed_while_here(author, post, circle, comment, away, mail_sink):
    comment(member_of(circle), post)
    [row] = Delivery.objects.all()
    assert (row.state, mail_sink.mails) == ("postponed", [])
    tasks.release_due()
    work()
    assert mail_sink.mails == [], "still here"
    away(author)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        tasks.release_due()
        tasks.release_due()  # two beats
        work()
    assert len(mail_sink.to(author)) == 1
    assert Delivery.objects.get().state == "sent"


def test_what_was_read_meanwhile_is_not_sent(author, post, circle, comment, away, mail_sink):
    comment(member_of(circle), post)
    mark_all_read(user=author)
    away(author)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        tasks.release_due()
        work()
    assert mail_sink.mails == []
    assert Delivery.objects.values_list("state", "error").get() == ("skipped", "read")


@pytest.mark.parametrize(
    ("hour", "until"),
    [(23, datetime(2026, 11, 23, 7, tzinfo=SHANGHAI)), (3, datetime(2026, 11, 22, 7, tzinfo=SHANGHAI)), (12, None)],
)
def test_quiet_hours_put_off(author, post, circle, comment, away, mail_sink, hour, until):
    Preferences.objects.create(user=author, quiet=True, quiet_from=time(22), quiet_until=time(7))
    User.objects.filter(pk=author.pk).update(last_seen_at=LONG_AGO)
    with time_machine.travel(datetime(2026, 11, 22, hour, 30, tzinfo=SHANGHAI)):
        comment(member_of(circle), post)
    assert Delivery.objects.get().due_at == until
    assert len(mail_sink.mails) == int(until is None)
    with time_machine.travel(datetime(2026, 11, 23, 7, 1, tzinfo=SHANGHAI)):
        tasks.release_due()
        if until is not None and until.day == 23:
            work()
            assert len(mail_sink.mails) == 1


def test_too_late_is_never(author, post, circle, comment, away, mail_sink):
    comment(member_of(circle), post)
    away(author)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        tasks.release_due()
        work()
    assert mail_sink.mails == []
    assert Delivery.objects.get().error == "too late"


def test_without_mail_there_is_no_row(reader, post, circle, comment, mail_sink):
    Preferences.objects.create(user=reader, mail=False)
    comment(member_of(circle), post)
    assert not Delivery.objects.exists()


def test_without_an_address_there_is_no_row(reader, post, circle, comment, mail_sink):
    User.objects.filter(pk=reader.pk).update(email="")
    comment(member_of(circle), post)
    assert not Delivery.objects.exists()


def test_what_was_hidden_meanwhile_is_not_sent(author, post, circle, comment, away, mail_sink):
    comment(member_of(circle), post)
    posts.hide(post=post)
    away(author)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        tasks.release_due()
        work()
    assert mail_sink.mails == []
    assert Delivery.objects.get().error == "gone"


def run_once():
    """One round of the queue of single mails."""
    for queue in ("notify", "media"):
        Job.objects.filter(state=JobState.WAITING).update(run_after=LONG_AGO)
        worker.drain(queue)


def test_a_passing_trouble_is_tried_again(reader, post, circle, mail_sink):
    mail_sink.answers[reader.email] = ["451 later"]
    comments.publish(author=member_of(circle), post=post, key=uuid.uuid4(), body="好")
    run_once()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, mail_sink.mails) == ("waiting", 1, [])
    assert "451" in row.error
    job = Job.objects.get(handler="notifications.send_notification")
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.run_after > timezone.now(), "with the job's backoff"
    run_once()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error, len(mail_sink.mails)) == ("sent", 2, "", 1)


def test_a_server_that_is_away_is_tried_again(reader, post, circle, settings, mail_sink):
    settings.EMAIL_PORT = 1
    comments.publish(author=member_of(circle), post=post, key=uuid.uuid4(), body="好")
    run_once()
    assert Delivery.objects.get().state == "waiting"
    assert "ConnectionRefused" in Job.objects.get(handler="notifications.send_notification").error
    settings.EMAIL_PORT = mail_sink.port
    run_once()
    assert len(mail_sink.to(reader)) == 1


def test_an_address_refused_for_good_is_left_alone(reader, post, circle, comment, mail_sink):
    mail_sink.answers[reader.email] = ["550 unknown"] * 5
    comment(member_of(circle), post)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == ("failed", 1, "address refused: 550")
    assert len(mail_sink.answers[reader.email]) == 4, "asked once"


# --- announcements ---------------------------------------------------------------------------------


@pytest.fixture
def merchant(db):
    return verified_merchant()


def followers(merchant, number, level="all"):
    people = [UserFactory(last_seen_at=LONG_AGO) for _ in range(number)]
    for person in people:
        fans.follow(user=person, merchant=merchant)
    Fan.objects.filter(user__in=people).update(level=level)
    return people


def test_an_announcement_is_mailed_to_those_who_want_everything(merchant, mail_sink, settings):
    settings.ANNOUNCEMENT_RANGE_SIZE = 3
    keen = followers(merchant, 8)
    followers(merchant, 4, level="highlights")
    Preferences.objects.create(user=keen[0], mail=False)
    User.objects.filter(pk=keen[1].pk).update(email="")
    User.objects.filter(pk=keen[2].pk).update(is_active=False)
    made = announce(merchant, "新品上架")
    work()
    assert sorted(str(mail["To"]) for mail in mail_sink.mails) == sorted(person.email for person in keen[3:])
    assert mail_sink.mails[0]["Subject"] == "青禾书店 has news for you"
    assert "新品上架" in mail_sink.mails[0].get_body(["plain"]).get_content()
    assert states() == [("mail", f"announcement:{made.pk}", "sent")] * 5
    plan = Job.objects.get(handler="notifications.plan_announcement")
    parts = Job.objects.filter(parent=plan, args__channel="mail")
    assert parts.count() == 3
    assert {part.queue for part in parts} == {"bulk"}
    Job.objects.filter(parent=plan).update(state=JobState.WAITING)
    work()
    assert len(mail_sink.mails) == 5, "a second run sends nothing"


def test_one_connection_for_a_range(merchant, mail_sink):
    followers(merchant, 6)
    announce(merchant)
    work()
    assert (len(mail_sink.mails), mail_sink.connections) == (6, 1)


def test_in_app_stays_one_row_whoever_follows(merchant, mail_sink):
    followers(merchant, 5, level="highlights")
    announce(merchant)
    work()
    assert not Delivery.objects.exists()
    assert not Job.objects.filter(handler="notifications.send_announcement").exists()


def test_a_kill_sends_at_most_the_one_in_flight_again(merchant, mail_sink, monkeypatch):
    people = followers(merchant, 5)
    mark, marked = sending._mark, []

    class Killed(BaseException):
        pass

    def dies_before_marking_the_third(delivery, **values):
        marked.append(delivery.pk)
        if len(marked) == 3:
            raise Killed
        mark(delivery, **values)

    monkeypatch.setattr(sending, "_mark", dies_before_marking_the_third)
    announce(merchant)
    with pytest.raises(Killed):
        work()
    monkeypatch.setattr(sending, "_mark", mark)
    Job.objects.filter(state=JobState.RUNNING).update(state=JobState.WAITING, lease_until=None)
    work()
    sent = [str(mail["To"]) for mail in mail_sink.mails]
    assert sorted(set(sent)) == sorted(person.email for person in people)
    assert len(sent) == 6
    twice = [mail for mail in mail_sink.mails if sent.count(str(mail["To"])) == 2]
    assert twice[0]["Message-ID"] == twice[1]["Message-ID"]


def test_one_bad_address_holds_up_nobody(merchant, mail_sink):
    people = followers(merchant, 4)
    mail_sink.answers[people[0].email] = ["550 unknown"]
    announce(merchant)
    work()
    assert {str(mail["To"]) for mail in mail_sink.mails} == {person.email for person in people[1:]}
    assert Delivery.objects.get(recipient=people[0]).state == "failed"


# --- unsubscribing ---------------------------------------------------------------------------------


def link(mail):
    return mail["List-Unsubscribe"].strip(" <>").removeprefix("http://127.0.0.1:8000")


def test_one_click_without_logging_in(reader, post, circle, comment, mail_sink, client):
    comment(member_of(circle), post)
    path = link(mail_sink.mails[0])
    client.handler.enforce_csrf_checks = True
    page = client.get(path)
    assert page.status_code == 200
    assert "Replies, mentions and comments" in page.content.decode()
    assert not Preferences.objects.exists(), "looking changes nothing"
    answer = client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert Preferences.objects.get(user=reader).mail is False
    assert client.post(path).status_code == 200, "twice is no harm"
    comment(member_of(circle), post)
    assert len(mail_sink.mails) == 1


def test_one_merchant_can_be_turned_off(merchant, mail_sink, client):
    [person] = followers(merchant, 1)
    announce(merchant)
    work()
    page = client.get(link(mail_sink.mails[0])).content.decode()
    assert "Announcements of 青禾书店" in page
    client.post(link(mail_sink.mails[0]))
    assert Fan.objects.get(user=person).level == "highlights"
    announce(merchant)
    work()
    assert len(mail_sink.mails) == 1


@pytest.mark.parametrize("token", ["x", "WzEsIm1haWwiXQ:xyz", "%F0%9F%90%B1"])
def test_a_forged_link_changes_nothing(client, author, token):
    assert client.get(f"/unsubscribe/{token}/").status_code == 404
    assert client.post(f"/unsubscribe/{token}/").status_code == 404
    assert not Preferences.objects.exists()


def test_a_link_of_somebody_gone(client, author):
    assert client.post(tokens.unsubscribe_path(author.pk + 10_000, "mail")).status_code == 404
    assert client.post(tokens.unsubscribe_path(author.pk, "everything")).status_code == 404


# --- who is here -----------------------------------------------------------------------------------


def test_being_here_is_noted_once_a_minute(client, author, away, django_assert_num_queries):
    client.force_login(author)
    away(author)
    client.get("/inbox/badge/")
    seen = User.objects.get(pk=author.pk).last_seen_at
    assert timezone.now() - seen < timedelta(seconds=10)
    client.get("/inbox/badge/")
    assert User.objects.get(pk=author.pk).last_seen_at == seen
    away(author)
    client.get("/inbox/badge/")
    assert User.objects.get(pk=author.pk).last_seen_at < timezone.now() - timedelta(minutes=50), "within the minute"


def test_each_gets_their_own_link_and_language(merchant, mail_sink):
    people = followers(merchant, 3)
    Preferences.objects.create(user=people[2], language="zh-hans")
    announce(merchant)
    work()
    links = {str(mail["To"]): link(mail) for mail in mail_sink.mails}
    assert links == {person.email: tokens.unsubscribe_path(person.pk, f"merchant:{merchant.pk}") for person in people}
    for mail in mail_sink.mails:
        assert link(mail) in mail.get_body(["plain"]).get_content()
        assert link(mail) in mail.get_body(["html"]).get_content()
    assert sorted(str(mail["Subject"]) for mail in mail_sink.mails)[:2] == ["青禾书店 has news for you"] * 2
    assert mail_sink.to(people[2])[0]["Subject"] == "青禾书店 发了新公告"


def test_who_wants_less_by_now_gets_nothing(merchant, mail_sink):
    people = followers(merchant, 2)
    User.objects.filter(pk=people[0].pk).update(last_seen_at=timezone.now())
    announce(merchant)
    work()
    fans.set_muted(user=people[0], merchant=merchant, muted=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        tasks.release_due()
        work()
    assert mail_sink.to(people[0]) == []
    assert Delivery.objects.get(recipient=people[0]).error == "no longer wanted"


# --- mail and push side by side --------------------------------------------------------------------


turns = pytest.mark.django_db(transaction=True)
"""With a clock that goes on, so that who had a turn goes to the end of the line."""


def take_turns():
    """What one process that serves all queues does until nothing is due."""
    while sum(worker.drain(queue) for queue in QUEUES):
        pass


@pytest.fixture
def slow_mail(mail_sink, monkeypatch):
    """The order in which things left the house, and mail that takes its time."""
    order = []
    mail, push = sending.Postman._mail, sending.Postman._push

    def slowly(self, *letter):
        real_time.sleep(0.15)
        mail(self, *letter)
        order.append("mail")

    def quickly(self, *words, **options):
        push(self, *words, **options)
        order.append("push")

    monkeypatch.setattr(sending.Postman, "_mail", slowly)
    monkeypatch.setattr(sending.Postman, "_push", quickly)
    return order


@turns
def test_pushes_do_not_wait_for_slow_mail(merchant, slow_mail, browser, settings):
    settings.ANNOUNCEMENT_RANGE_SIZE = 24
    for person in followers(merchant, 24):
        browser(person)
    announce(merchant)
    take_turns()
    assert (slow_mail.count("mail"), slow_mail.count("push")) == (24, 24)
    last_push = len(slow_mail) - slow_mail[::-1].index("push")
    assert 0 < slow_mail[:last_push].count("mail") < 18, "all pushes went out in the middle of the mail"


def test_mail_does_not_wait_for_many_pushes(merchant, mail_sink, browser, settings, monkeypatch):
    settings.ANNOUNCEMENT_RANGE_SIZE = 3
    taken = []
    send = sending.Postman.send
    monkeypatch.setattr(
        sending.Postman, "send", lambda self, row, *more: (taken.append(row.channel), send(self, row, *more))
    )
    for person in followers(merchant, 12):
        browser(person)
    announce(merchant)
    work()
    assert [set(taken[start : start + 6]) for start in range(0, 24, 6)] == [{"mail", "push"}] * 4


def calls_of(server):
    """How many connected to a server that never answered."""
    server.setblocking(False)
    calls = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return calls
        calls += 1


@turns
def test_a_mail_server_that_hangs_holds_up_no_push(merchant, mail_sink, push_sink, browser, settings, monkeypatch):
    settings.ANNOUNCEMENT_RANGE_SIZE = 2
    settings.EMAIL_TIMEOUT = 1
    # However slow this machine is: no range is tried anew before the last one was tried, and the server is left alone.
    monkeypatch.setattr(outcome, "backoff_seconds", lambda attempt: 600.0)
    monkeypatch.setattr(sending, "MAIL_REST_SECONDS", 600)
    for person in followers(merchant, 12):
        browser(person)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        announce(merchant)
        while Job.objects.filter(state=JobState.WAITING, attempts=0).exists():
            for queue in QUEUES:
                worker.drain(queue)
        assert calls_of(silent) == 1, "it is asked once, not by each range"
    assert len(push_sink.pushes) == 12
    left = Job.objects.filter(handler="notifications.send_announcement", state=JobState.WAITING)
    assert list(left.values_list("args__channel", "attempts")) == [("mail", 1)] * 6
    settings.EMAIL_PORT = mail_sink.port
    Job.objects.filter(state=JobState.WAITING).update(run_after=LONG_AGO, error="")
    work()
    assert len(mail_sink.mails) == 12


@turns
def test_a_range_goes_on_where_its_turn_ended(merchant, slow_mail, mail_sink, settings):
    people = followers(merchant, 20)
    mail_sink.answers[people[0].email] = ["451 later"]
    announce(merchant)
    worker.drain("notify")
    worker.drain("bulk")
    job = Job.objects.get(handler="notifications.send_announcement", args__channel="mail")
    assert (job.state, job.attempts, job.progress["failed"]) == (JobState.WAITING, 0, 1)
    assert 0 < len(mail_sink.mails) < 19
    while job.attempts == 0:
        worker.drain("bulk")
        job.refresh_from_db()
    assert (job.state, job.attempts, len(mail_sink.mails)) == (JobState.WAITING, 1, 19)
    assert "1 could not be sent" in job.error
    Job.objects.update(run_after=LONG_AGO, error="")
    work()
    assert sorted(str(mail["To"]) for mail in mail_sink.mails) == sorted(person.email for person in people)

"""Opening a pseudonym takes two administrators with reasons; the log keeps both, and the person is told."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.actions import posts
from core.errors import DomainError, Invalid, NotFound, Refused
from core.jobs import worker
from core.models import Job
from moderation.actions import pseudonyms
from moderation.models import LogEntry, OpeningState, PseudonymOpening, Verb
from notifications.models import Notification
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory
from tests.moderation.conftest import signed_in

SECRET = "周素心"


def second_boss():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def author(db):
    return UserFactory(nickname=SECRET, username="suxin_z")


@pytest.fixture
def post(author):
    circle = CircleFactory(masks_authors=True)
    MembershipFactory(circle=circle, user=author)
    return posts.publish(author=author, circle=circle, key=uuid.uuid4(), body="我要伤害自己")


def test_through_the_admin(post, author, boss):
    other = second_boss()
    first, second, third = signed_in(boss), signed_in(other), signed_in(second_boss())
    ask = f"/admin/circles/post/{post.pk}/moderate/pseudonym/"
    assert SECRET not in first.get(ask).content.decode()
    assert first.post(ask, {"confirmed": "1", "reason": ""}).status_code == 422
    assert first.post(ask, {"confirmed": "1", "reason": "有人可能有危险"}).status_code == 302
    opening = PseudonymOpening.objects.get()
    page = f"/admin/moderation/pseudonymopening/{opening.pk}/change/"
    agree = f"/admin/moderation/pseudonymopening/{opening.pk}/moderate/open/"
    for desk in (first, second):
        assert SECRET not in desk.get(page).content.decode()
    refused = first.post(agree, {"confirmed": "1", "reason": "我自己同意"})
    assert refused.status_code == 422
    assert "It takes two" in refused.content.decode()
    assert SECRET not in refused.content.decode()
    assert second.post(agree, {"confirmed": "1", "reason": "同意，联系学校"}).status_code == 302
    for desk in (first, second):
        assert SECRET in desk.get(page).content.decode()
    assert SECRET not in third.get(page).content.decode()
    assert SECRET not in first.get(f"/admin/circles/post/{post.pk}/change/").content.decode()
    log = LogEntry.objects.order_by("pk")
    assert [(entry.actor, entry.verb, entry.reason, entry.subject) for entry in log] == [
        (boss, Verb.PSEUDONYM_ASK, "有人可能有危险", None),
        (other, Verb.PSEUDONYM_OPEN, "同意，联系学校", None),
    ]
    assert SECRET not in third.get("/admin/moderation/logentry/").content.decode()


def test_the_person_is_told(post, author, boss, client):
    pseudonyms.ask(actor=boss, content=post, reason="有人可能有危险")
    pseudonyms.open_(actor=second_boss(), opening=PseudonymOpening.objects.get(), reason="同意，联系学校")
    Job.objects.update(run_after=timezone.now() - timedelta(hours=1))
    worker.drain("notify")
    line = Notification.objects.get(recipient=author)
    assert (line.kind, line.detail) == ("pseudonym_opened", "同意，联系学校")
    client.force_login(author)
    for language, words in (("en", "Two administrators opened your pseudonym"), ("zh-hans", "两位管理员揭开了你在")):
        text = client.get("/inbox/", headers={"accept-language": language}).content.decode()
        assert words in text
        assert post.author_name in text
        assert "同意，联系学校" in text


def test_refused(post, author, boss):
    pseudonyms.ask(actor=boss, content=post, reason="好奇")
    assert pseudonyms.ask(actor=boss, content=post, reason="再问") is None
    opening = PseudonymOpening.objects.get()
    other = second_boss()
    pseudonyms.refuse(actor=other, opening=opening, reason="好奇不是理由")
    assert pseudonyms.refuse(actor=other, opening=opening, reason="再说一次") is None
    with pytest.raises(DomainError) as refused:
        pseudonyms.open_(actor=other, opening=opening, reason="改主意")
    assert refused.value.code == "already_decided"
    for who in (boss, other):
        assert (
            SECRET
            not in signed_in(who).get(f"/admin/moderation/pseudonymopening/{opening.pk}/change/").content.decode()
        )
    assert not Job.objects.filter(handler="notifications.notify_pseudonym_opened").exists()


def test_who_may_not(post, author, moderator, boss, desk):
    with pytest.raises(Refused):
        pseudonyms.ask(actor=moderator, content=post, reason="想知道")
    assert desk.get(f"/admin/circles/post/{post.pk}/moderate/pseudonym/").status_code == 403
    assert desk.get("/admin/moderation/pseudonymopening/").status_code == 403
    with pytest.raises(NotFound):
        pseudonyms.ask(actor=boss, content=PostFactory(), reason="谁")
    with pytest.raises(Invalid):
        pseudonyms.ask(actor=boss, content=post, reason=" ")
    author.is_staff = author.is_superuser = True
    author.save()
    pseudonyms.ask(actor=boss, content=post, reason="有危险")
    with pytest.raises(Refused) as refused:
        pseudonyms.open_(actor=author, opening=PseudonymOpening.objects.get(), reason="我自己")
    assert refused.value.code == "oneself"
    assert PseudonymOpening.objects.get().state == OpeningState.ASKED


def test_the_database_wants_two_and_forgets_nothing(post, boss):
    pseudonyms.ask(actor=boss, content=post, reason="有危险")
    opening = PseudonymOpening.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PseudonymOpening.objects.filter(pk=opening.pk).update(state=OpeningState.OPENED, decided_by=boss)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        opening.delete()


@pytest.mark.django_db(transaction=True)
def test_two_ask_and_two_decide_at_once(post):
    bosses = [second_boss() for _ in range(3)]
    at_once(*[lambda who=who: pseudonyms.ask(actor=who, content=post, reason="有危险") for who in bosses])
    opening = PseudonymOpening.objects.get()
    others = [who for who in bosses if who.pk != opening.asked_by_id]
    at_once(
        lambda: pseudonyms.open_(actor=others[0], opening=opening, reason="同意"),
        lambda: pseudonyms.refuse(actor=others[1], opening=opening, reason="不同意"),
    )
    opening.refresh_from_db()
    assert opening.state in (OpeningState.OPENED, OpeningState.REFUSED)
    assert LogEntry.objects.filter(verb__in=(Verb.PSEUDONYM_OPEN, Verb.PSEUDONYM_REFUSE)).count() == 1

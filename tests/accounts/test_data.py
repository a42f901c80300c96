"""Taking one's data along, and leaving."""

import io
import json
import re
import threading
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.storage import storages
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import blocks, closing, data, identity, tokens
from accounts.identity.sandbox import invented_number
from accounts.models import BearerToken, Closing, DataExport, ExportState, LegalIdentity, SealedPerson, User, Words
from accounts.portability import shares
from circles.actions import comments, handing_over, likes, posts
from circles.models import Circle, Comment, Membership, Offer, Post
from core.errors import Refused
from core.jobs.models import JobState
from core.jobs.registry import get_handler
from core.models import Job
from moderation.models import LogEntry, Verb
from notifications.actions import tell
from tests.circles.conftest import photo  # noqa: F401
from tests.factories import CircleFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PASSWORD = "quanzi-test"


@pytest.fixture(autouse=True)
def own_exports(settings, tmp_path):
    exports = {**settings.STORAGES["exports"]}
    exports["OPTIONS"] = {**exports["OPTIONS"], "location": str(tmp_path / "exports")}
    settings.STORAGES = {**settings.STORAGES, "exports": exports}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def work():
    """Run the jobs that are due, and what they lead to."""
    while job := Job.objects.filter(state=JobState.WAITING, run_after__lte=timezone.now()).order_by("pk").first():
        get_handler(job.handler).do([job])
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)


def log_in(client, user):
    """As people do, and give the password once more."""
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD}, headers=ENGLISH)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def fetch(client, export):
    answer = client.get(f"/me/data/export/{export.pk}/")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


# --- Taking it along -----------------------------------------------------------------------------


def test_an_export_holds_what_one_wrote(client):
    user = UserFactory(nickname="李雷", bio="爱爬山")
    circle = MembershipFactory(user=user).circle
    post = posts.publish(author=user, circle=circle, key=uuid.uuid4(), body="山顶的<b>日出</b>")
    comments.publish(author=user, post=post, key=uuid.uuid4(), body="再来一次")
    likes.like(user=user, post=post)
    blocks.block(user=user, person=UserFactory(nickname="路人"))
    other = PostFactory(body="别人的秘密")
    log_in(client, user)
    assert client.post("/me/data/export/").url == "/me/data/"
    work()
    export = DataExport.objects.get()
    assert export.state == ExportState.READY
    file = fetch(client, export)
    assert file.testzip() is None
    texts = {name: file.read(name).decode() for name in file.namelist()}
    assert json.loads(texts["posts.json"])[0]["text"] == "山顶的<b>日出</b>"
    assert json.loads(texts["comments.json"])[0]["text"] == "再来一次"
    assert json.loads(texts["likes.json"])[0]["post"] == post.pk
    assert json.loads(texts["account.json"])[0]["about me"] == "爱爬山"
    assert json.loads(texts["distance.json"])[0]["blocked"] == "路人"
    assert {entry["circle"] for entry in json.loads(texts["circles.json"])} == {circle.name}
    page = texts["index.html"]
    assert "山顶的&lt;b&gt;日出" in page
    assert "<script" not in page
    assert other.body not in "".join(texts.values())
    letter = mail.outbox[-1]
    assert letter.to == [user.email]
    assert "/me/data/" in letter.body


def test_photos_come_along(client, photo):  # noqa: F811
    user = UserFactory()
    circle = MembershipFactory(user=user).circle
    from core.media import pictures

    picture = pictures.take_in(owner_id=user.pk, upload=photo())
    posts.publish(author=user, circle=circle, key=uuid.uuid4(), body="", pictures=[picture])
    log_in(client, user)
    client.post("/me/data/export/")
    work()
    file = fetch(client, DataExport.objects.get())
    [name] = json.loads(file.read("posts.json"))[0]["photos"]
    assert file.read(name)[8:12] == b"WEBP"
    assert f'<img src="{name}"' in file.read("index.html").decode()


def test_only_the_owner_fetches_it_and_only_for_some_days(client, settings):
    user, other = UserFactory(), UserFactory()
    export = data.request_export(user=user)
    work()
    address = f"/me/data/export/{export.pk}/"
    assert client.get(address).url.startswith("/accounts/login/")
    log_in(client, other)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}delete/").status_code == 404
    client.logout()
    log_in(client, user)
    assert client.get(address).status_code == 200
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404
    assert storages["exports"].exists(export.path)
    assert data.purge_exports() == 1
    assert not storages["exports"].exists(export.path)
    assert DataExport.objects.get().state == ExportState.GONE


def test_the_password_is_asked_again(client):
    user = UserFactory()
    client.force_login(user)
    for method, address in [("post", "/me/data/export/"), ("get", "/me/data/close/"), ("post", "/me/data/close/")]:
        answer = getattr(client, method)(address, {"words": "keep"} if method == "post" else {})
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/reauthenticate/"), address
    assert not DataExport.objects.exists()
    assert not Closing.objects.exists()
    client.post("/me/data/export/")
    answer = client.post("/accounts/reauthenticate/", {"password": "wrong", "next": "/me/data/export/"})
    assert answer.status_code == 200
    assert not DataExport.objects.exists()
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/me/data/export/"})
    assert answer.url == "/me/data/", "what was asked for goes on by itself"
    assert DataExport.objects.count() == 1


def test_asking_twice_makes_one_and_a_day_has_its_measure(monkeypatch):
    user = UserFactory()
    assert data.request_export(user=user) == data.request_export(user=user)
    assert Job.objects.filter(handler="accounts.build_export").count() == 1
    for _one in range(2):
        DataExport.objects.update(state=ExportState.GONE)
        data.request_export(user=user)
    DataExport.objects.update(state=ExportState.GONE)
    with pytest.raises(Refused) as refused:
        data.request_export(user=user)
    assert refused.value.code == "too_many_exports"


def test_building_it_twice_gives_the_same_file():
    export = data.request_export(user=UserFactory())
    data.build_export(export_id=export.pk, language="en")
    data.build_export(export_id=export.pk, language="en")
    assert storages["exports"].listdir("")[1] == [export.path]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one():
    user = UserFactory()
    gate = threading.Barrier(2, timeout=20)

    def run():
        try:
            gate.wait()
            data.request_export(user=user)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DataExport.objects.count() == 1


# --- Leaving -------------------------------------------------------------------------------------


def close_now(user, words="keep"):
    asked = closing.ask(user=user, words=words)
    due = timezone.now() - timedelta(seconds=1)
    Closing.objects.update(due_at=due)
    User.objects.filter(pk=user.pk).update(closing_at=due)
    assert closing.close(user_id=user.pk, due=due)
    return asked


def test_closing_through_the_pages_and_back(client):
    user = UserFactory()
    other = Client()
    log_in(other, user)
    tokens.issue(user=user)
    log_in(client, user)
    page = client.get("/me/data/close/", headers=ENGLISH).content.decode()
    assert "What stays, why, and how long" in page
    assert client.post("/me/data/close/", {"words": "keep"}).url == "/me/data/"
    assert not BearerToken.objects.exists()
    assert other.get("/me/").status_code == 302, "the other browser is logged out"
    assert "Your account is closed on" in client.get("/me/data/", headers=ENGLISH).content.decode()
    post = PostFactory()
    answer = client.post(f"/posts/{post.pk}/comments/", {"body": "还想说"}, headers=ENGLISH)
    assert answer.status_code == 403
    assert not Comment.objects.exists()
    client.post("/me/data/stay/")
    assert client.post(f"/posts/{post.pk}/comments/", {"body": "还想说"}).status_code == 302
    due = Job.objects.get(handler="accounts.close_account").args["due"]
    assert not closing.close(user_id=user.pk, due=timezone.datetime.fromisoformat(due))
    assert User.objects.get(pk=user.pk).is_active


def test_not_before_its_time_and_only_once():
    user = UserFactory()
    asked = closing.ask(user=user, words="keep")
    assert not closing.close(user_id=user.pk, due=asked.due_at)
    Closing.objects.update(due_at=timezone.now())
    due = timezone.now() - timedelta(seconds=1)
    User.objects.update(closing_at=due)
    assert not closing.close(user_id=user.pk, due=asked.due_at), "the job of an older wish"
    assert closing.close(user_id=user.pk, due=due)
    assert not closing.close(user_id=user.pk, due=due)


def test_asking_again_changes_the_words_and_not_the_day():
    user = UserFactory()
    first = closing.ask(user=user, words="keep")
    second = closing.ask(user=user, words="delete")
    assert (second.due_at, second.words) == (first.due_at, Words.DELETE)
    assert Job.objects.filter(handler="accounts.close_account").count() == 1


def test_staff_and_owners_have_something_to_do_first(client):
    with pytest.raises(Refused) as refused:
        closing.ask(user=UserFactory(is_staff=True), words="keep")
    assert refused.value.code == "staff_account"
    circle = CircleFactory(slug="coffee")
    with pytest.raises(Refused) as refused:
        closing.ask(user=circle.owner, words="keep")
    assert refused.value.code == "has_hurdles"
    assert refused.value.details["hurdles"][0]["url"] == "/circles/coffee/hand-over/"
    log_in(client, circle.owner)
    page = client.get("/me/data/close/", headers=ENGLISH).content.decode()
    assert 'href="/circles/coffee/hand-over/?next=/me/data/close/"' in page
    assert client.post("/me/data/close/", {"words": "keep"}).status_code == 403
    heir = MembershipFactory(circle=circle, user=UserFactory(nickname="接班人")).user
    answer = client.post("/circles/coffee/hand-over/", {"to": "@接班人", "next": "/me/data/close/"})
    assert answer.url == "/circles/coffee/hand-over/"
    handing_over.accept(user=heir, offer=Offer.objects.get(circle=circle))
    circle.refresh_from_db()
    assert circle.owner == heir
    assert set(circle.memberships.values_list("user__nickname", "role")) >= {("接班人", "owner")}
    assert client.post("/me/data/close/", {"words": "keep"}).url == "/me/data/"


@pytest.mark.parametrize("who", ["nobody", "stranger", "banned", "myself"])
def test_a_circle_is_handed_to_a_member_who_may_write(client, who):
    circle = CircleFactory(slug="coffee")
    name = {
        "nobody": "没有这人",
        "stranger": UserFactory().nickname,
        "banned": MembershipFactory(
            circle=circle, user=UserFactory(banned_until=timezone.now() + timedelta(days=1))
        ).user.nickname,
        "myself": circle.owner.nickname,
    }[who]
    client.force_login(circle.owner)
    answer = client.post("/circles/coffee/hand-over/", {"to": name})
    assert answer.status_code == 422
    assert f'value="{name}"' in answer.content.decode()
    assert Circle.objects.get(pk=circle.pk).owner == circle.owner


def test_only_the_owner_hands_over_or_closes(client):
    circle = CircleFactory(slug="coffee")
    moderator = MembershipFactory(circle=circle, role="moderator").user
    client.force_login(moderator)
    assert client.get("/circles/coffee/hand-over/").status_code == 403
    assert client.post("/circles/coffee/hand-over/", {"to": moderator.nickname}).status_code == 403
    assert client.post("/circles/coffee/hand-over/", {"close": "1"}).status_code == 403
    client.force_login(circle.owner)
    assert client.post("/circles/coffee/hand-over/", {"close": "1"}).url == "/me/"
    assert client.get("/circles/coffee/").status_code == 404
    assert closing.hurdles(circle.owner) == []


def test_a_hurdle_that_came_up_meanwhile_puts_it_off():
    user = UserFactory()
    circle = CircleFactory()
    membership = MembershipFactory(circle=circle, user=user)
    closing.ask(user=user, words="keep")
    circle.memberships.exclude(pk=membership.pk).update(role="member")
    Membership.objects.filter(pk=membership.pk).update(role="owner")
    Circle.objects.update(owner=user)
    due = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=user.pk).update(closing_at=due)
    assert not closing.close(user_id=user.pk, due=due)
    user.refresh_from_db()
    assert user.is_active
    assert user.closing_at > timezone.now()


def a_life():
    """Somebody with a row in every corner, each with a mark of their own."""
    user = UserFactory(
        verified_at=None,
        username="xunmihua",
        nickname="寻觅花",
        email="xunmihua@canary.example",
        bio="金丝雀的简介",
        password="pbkdf2$canary",
    )
    number = invented_number()
    identity.verify(user=user, name="金丝雀", number=number)
    user.refresh_from_db()
    friend = UserFactory(nickname="朋友")
    circle = MembershipFactory(user=user, circle=CircleFactory(member_count=3)).circle
    MembershipFactory(circle=circle, user=friend)
    post = posts.publish(author=user, circle=circle, key=uuid.uuid4(), body="金丝雀的帖子")
    comments.publish(author=user, post=post, key=uuid.uuid4(), body="金丝雀的评论")
    theirs = posts.publish(author=friend, circle=circle, key=uuid.uuid4(), body="谢谢 @寻觅花")
    answer = comments.publish(author=friend, post=post, key=uuid.uuid4(), body="@寻觅花 写得好")
    likes.like(user=user, post=theirs)
    likes.like(user=friend, post=post)
    Membership.objects.filter(user=user).update(nickname="金丝雀本雀")
    Post.objects.filter(pk=post.pk).update(author_name="金丝雀本雀")
    Comment.objects.filter(author=user).update(author_name="金丝雀本雀")
    tell.comments([answer.pk])
    blocks.block(user=user, person=UserFactory())
    blocks.mute(user=UserFactory(), person=user)
    tokens.issue(user=user)
    LogEntry.objects.create(actor=friend, verb=Verb.PERSON_BAN, subject=user, reason="刷屏")
    data.request_export(user=user)
    log_in(Client(), user)
    return user, number, post, theirs


def everything():
    """Every value in every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


@pytest.mark.parametrize("words", ["keep", "delete"])
def test_afterwards_nothing_personal_is_left_in_any_table(words, django_capture_on_commit_callbacks):
    user, number, post, theirs = a_life()
    work()
    path, members = DataExport.objects.get().path, Circle.objects.get(pk=post.circle_id).member_count
    assert storages["exports"].exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        close_now(user, words)
    personal = ["xunmihua", "canary", "金丝雀的简介", "金丝雀本雀", number]
    personal += ["金丝雀的帖子", "金丝雀的评论"] if words == "delete" else []
    found = [(table, mark) for table, row in everything() for mark in personal if mark in row]
    assert found == []
    # Their nickname stands only in others' own words, and leads nowhere.
    assert {table for table, row in everything() if "寻觅花" in row} == {"circles_post", "circles_comment"}
    assert "href" not in Post.objects.get(pk=theirs.pk).body_html
    assert LegalIdentity.objects.get().state == "revoked"
    assert not SealedPerson.objects.exists()
    gone = User.objects.get(pk=user.pk)
    assert not gone.is_active
    assert re.fullmatch(r"已注销\d{8}", gone.nickname)
    assert Post.objects.get(pk=post.pk).author == gone
    assert Post.objects.visible_to(UserFactory()).filter(pk=post.pk).exists() == (words == "keep")
    assert LogEntry.objects.get().subject == gone
    assert not storages["exports"].exists(path)
    assert Circle.objects.get(pk=post.circle_id).member_count == members - 1


def test_nobody_logs_in_as_who_is_gone(client):
    user = UserFactory(username="xunmihua")
    token = tokens.issue(user=user)
    close_now(user)
    log_in(client, user)
    assert "_auth_user_id" not in client.session
    api = APIClient(headers=ENGLISH)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert api.get("/api/v1/me/").status_code == 401
    assert client.get("/people/xunmihua/").status_code == 404


def test_the_name_and_the_identity_are_free_again():
    user, number, _post, _theirs = a_life()
    close_now(user)
    again = UserFactory(username="xunmihua", nickname="寻觅花", email="xunmihua@canary.example", verified_at=None)
    identity.verify(user=again, name="金丝雀", number=number)
    again.refresh_from_db()
    assert again.is_verified


def test_no_table_is_forgotten():
    """Whoever adds a model that points to people says in the share of its app what becomes of it."""
    named = {label for share in shares() for label in share.models}
    pointing = {
        model._meta.label
        for model in apps.get_models(include_auto_created=False)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model is User
    }
    assert pointing - named == set()


@pytest.mark.django_db(transaction=True)
def test_staying_and_erasing_at_the_same_moment():
    """One of the two happens, whole."""
    user = UserFactory()
    closing.ask(user=user, words="keep")
    due = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=user.pk).update(closing_at=due)
    gate = threading.Barrier(2, timeout=20)

    def run(act, **arguments):
        try:
            gate.wait()
            act(**arguments)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(closing.take_back,), kwargs={"user": user}),
        threading.Thread(target=run, args=(closing.close,), kwargs={"user_id": user.pk, "due": due}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = User.objects.get(pk=user.pk)
    assert left.closing_at is None
    assert left.is_active == (left.username == user.username)

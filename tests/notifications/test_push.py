import json
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from core.jobs.models import Job, JobState
from merchants.actions import fans
from merchants.models import Fan
from notifications import webpush
from notifications.actions import subscriptions
from notifications.models import Delivery, Preferences, PushSubscription
from tests.factories import UserFactory
from tests.feeds.community import announce, member_of, verified_merchant, work
from tests.notifications.sinks import Browser

URL = "/me/notifications/push/"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def as_json(subscription):
    keys = {name: subscription[name] for name in ("p256dh", "auth")}
    return {"endpoint": subscription["endpoint"], "keys": keys}


def test_a_comment_is_pushed(author, post, circle, comment, browser):
    phone = browser(author)
    made = comment(member_of(circle, nickname="李雷"), post, "好看")
    [push] = phone.pushes
    assert phone.read(push) == {
        "title": "李雷 commented on your post",
        "body": "好看",
        "url": made.get_absolute_url(),
        "tag": f"comment:{made.pk}",
    }
    assert push.headers["ttl"] == "86400"
    assert push.headers["urgency"] == "normal"
    assert push.headers["content-encoding"] == "aes128gcm"
    assert push.headers["authorization"].startswith("vapid t=")
    assert push.headers["authorization"].endswith(webpush.public_key())
    assert len(push.headers["topic"]) == 32
    assert Delivery.objects.get(channel="push").state == "sent"
    Job.objects.filter(handler="notifications.send_notification").update(state=JobState.WAITING)
    work()
    assert len(phone.pushes) == 1, "a second run sends nothing"


def test_to_every_browser_of_a_person(author, post, circle, comment, browser):
    phone, laptop, other = browser(author), browser(author), browser(UserFactory())
    comment(member_of(circle), post)
    assert [len(one.pushes) for one in (phone, laptop, other)] == [1, 1, 0]


@pytest.mark.parametrize("gone", [404, 410])
def test_a_browser_that_is_no_more_is_forgotten(author, post, circle, comment, browser, push_sink, gone):
    phone, laptop = browser(author), browser(author)
    push_sink.answers[phone.path] = gone
    comment(member_of(circle), post)
    assert PushSubscription.objects.get().endpoint.endswith(laptop.path)
    assert Delivery.objects.get(channel="push").state == "sent"
    push_sink.answers[laptop.path] = gone
    comment(member_of(circle), post)
    assert not PushSubscription.objects.exists()
    assert Delivery.objects.filter(channel="push", state="skipped", error="no device").count() == 1
    comment(member_of(circle), post)
    assert Delivery.objects.filter(channel="push").count() == 2, "nobody to push to any more"


def test_a_redirect_is_not_followed(author, post, circle, comment, browser, push_sink):
    phone = browser(author)
    push_sink.answers[phone.path] = 307
    comment(member_of(circle), post)
    assert [push.path for push in push_sink.pushes] == [phone.path]
    assert Delivery.objects.get(channel="push").state == "failed"


def test_turned_off_there_is_no_row(author, post, circle, comment, browser):
    browser(author)
    Preferences.objects.create(user=author, push=False)
    comment(member_of(circle), post)
    assert not Delivery.objects.filter(channel="push").exists()


def test_quiet_hours_hold_for_pushes(author, post, circle, comment, browser):
    phone = browser(author)
    Preferences.objects.create(user=author, quiet=True, quiet_from=time(22), quiet_until=time(7))
    with time_machine.travel(datetime(2026, 11, 22, 23, tzinfo=SHANGHAI)):
        comment(member_of(circle), post)
    assert phone.pushes == []
    assert Delivery.objects.get(channel="push").due_at == datetime(2026, 11, 23, 7, tzinfo=SHANGHAI)


def test_an_announcement_is_pushed_to_those_who_want_everything(db, browser, settings):
    settings.ANNOUNCEMENT_RANGE_SIZE = 2
    merchant, people = verified_merchant(), [UserFactory() for _ in range(5)]
    for person in people:
        fans.follow(user=person, merchant=merchant)
    Fan.objects.filter(user__in=people[:4]).update(level="all")
    phones = [browser(person) for person in people[:3]] + [browser(people[4])]
    announce(merchant, "新品上架")
    work()
    assert [len(phone.pushes) for phone in phones] == [1, 1, 1, 0]
    assert phones[0].read(phones[0].pushes[0])["title"] == "青禾书店 has news for you"
    assert phones[0].pushes[0].headers["urgency"] == "low"
    Job.objects.filter(handler="notifications.send_announcement").update(state=JobState.WAITING)
    work()
    assert [len(phone.pushes) for phone in phones] == [1, 1, 1, 0]


# --- subscribing -----------------------------------------------------------------------------------


def test_a_browser_subscribes_and_leaves(client, author, push_sink):
    client.force_login(author)
    sent = as_json(Browser(push_sink).subscription)
    assert client.post(URL, sent, content_type="application/json").status_code == 201
    assert client.post(URL, sent, content_type="application/json").status_code == 201
    assert PushSubscription.objects.get().user == author
    other = UserFactory()
    client.force_login(other)
    assert client.delete(URL, {"endpoint": sent["endpoint"]}, content_type="application/json").status_code == 204
    assert PushSubscription.objects.get().user == author, "not theirs"
    client.post(URL, sent, content_type="application/json")
    assert PushSubscription.objects.get().user == other, "it belongs to whoever was last to subscribe it"
    assert client.delete(URL, {"endpoint": sent["endpoint"]}, content_type="application/json").status_code == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/push",
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example#fcm.googleapis.com",
        "https://push.apple.com/x",
        "https://user@web.push.apple.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:x/",
        "https://[::1/x",
        "https://10.0.0.1/x",
        "https://localhost/x",
        "ftp://127.0.0.1/x",
        "https://fcm.googleapis.com/" + "x" * 500,
        "https://fcm.googleapis.com/ x\r\nHost: evil",
        "",
    ],
)
def test_an_unknown_service_is_refused(client, author, push_sink, endpoint):
    client.force_login(author)
    sent = as_json(Browser(push_sink).subscription) | {"endpoint": endpoint}
    answer = client.post(URL, sent, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_push_service")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-db5p.notify.windows.com/w/?token=abc",
    ],
)
def test_known_services(db, push_sink, endpoint):
    row = subscriptions.subscribe(user=UserFactory(), **Browser(push_sink).subscription | {"endpoint": endpoint})
    assert row.endpoint == endpoint


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"endpoint": 5}', b'{"endpoint": "x"}', b"[" * 100_000],
)
def test_what_cannot_be_read(client, author, push_sink, body):
    client.force_login(author)
    for method in (client.post, client.delete):
        answer = method(URL, body, content_type="application/json")
        if not (method == client.delete and body == b'{"endpoint": "x"}'):
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")


@pytest.mark.parametrize(
    "broken", [{"p256dh": "AAAA"}, {"p256dh": "é"}, {"auth": "AAAA"}, {"auth": "!"}, {"p256dh": "BA" * 43}]
)
def test_broken_keys_are_refused(client, author, push_sink, broken):
    client.force_login(author)
    sent = as_json(Browser(push_sink).subscription | broken)
    answer = client.post(URL, json.dumps(sent), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] in ("bad_push_keys", "bad_json")


def test_only_the_person_themselves(client, author, push_sink):
    sent = as_json(Browser(push_sink).subscription)
    assert client.post(URL, sent, content_type="application/json").status_code == 401
    client.force_login(author)
    client.handler.enforce_csrf_checks = True
    assert client.post(URL, sent, content_type="application/json").status_code == 403
    assert not PushSubscription.objects.exists()


def test_a_person_has_so_many_browsers(author, push_sink, browser, monkeypatch):
    monkeypatch.setattr(subscriptions, "SUBSCRIPTIONS_MAX", 3)
    made = [browser(author) for _ in range(5)]
    kept = PushSubscription.objects.order_by("pk").values_list("endpoint", flat=True)
    assert list(kept) == [one.subscription["endpoint"] for one in made[2:]]


def test_without_a_key_there_is_no_push(client, author, push_sink, settings):
    settings.VAPID_PRIVATE_KEY = ""
    client.force_login(author)
    answer = client.post(URL, as_json(Browser(push_sink).subscription), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "push_off")
    assert "data-push" not in client.get("/me/notifications/").content.decode()


def test_the_page_has_a_button(client, author, push_sink):
    client.force_login(author)
    assert f'data-key="{webpush.public_key()}"' in client.get("/me/notifications/").content.decode()

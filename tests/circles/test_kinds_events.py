"""Events: places, the line behind them, and who is there."""

import threading
import uuid
from datetime import UTC, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from icalendar import Calendar

from circles.actions import events, memberships, posts
from circles.kinds import Composition, EventSpec
from circles.models import Event, Post, SignUp
from circles.personal_data import erase
from core.errors import Invalid, Refused
from core.models import Job
from tests.factories import CircleFactory, UserFactory

pytestmark = pytest.mark.django_db
NEXT_WEEK = timezone.now() + timedelta(days=7)


def announce(circle=None, **spec):
    circle = circle or CircleFactory()
    spec = {"starts_at": NEXT_WEEK, "zone": "Asia/Shanghai", "place": "河边", "capacity": 2, **spec}
    what = Composition(kind="event", title="夜骑", body="带灯", event=EventSpec(**spec))
    return posts.compose(author=circle.owner, circle=circle, key=uuid.uuid4(), what=what)


def states(post):
    event = Event.objects.get(pk=post.pk)
    rows = list(SignUp.objects.filter(event=event).order_by("pk").values_list("state", flat=True))
    assert event.going_count == rows.count("going")
    assert event.waiting_count == rows.count("waiting")
    return rows


def come(post, *people):
    for person in people:
        events.sign_up(user=person, post=post)


def test_the_line_moves_up_by_itself(client, jobs):
    post, people = announce(), UserFactory.create_batch(4)
    come(post, *people, people[0])
    assert states(post) == ["going", "going", "waiting", "waiting"]
    jobs()

    client.force_login(people[0])
    answer = client.post(f"/posts/{post.pk}/sign-up/", {"going": "0"}, headers={"HX-Request": "true"})
    assert "Stand in line" in answer.content.decode()
    assert states(post) == ["withdrawn", "going", "going", "waiting"]
    assert jobs() == ["notifications.notify_place_freed"]
    client.post(f"/posts/{post.pk}/sign-up/", {"going": "1"})
    assert states(post) == ["waiting", "going", "going", "waiting"]
    assert SignUp.objects.in_line().first().person == people[3]


def test_who_can_no_longer_see_it_loses_their_turn():
    post, people = announce(capacity=1), UserFactory.create_batch(3)
    come(post, *people)
    people[1].is_active = False
    people[1].save()
    events.withdraw(user=people[0], post=post)
    assert states(post) == ["withdrawn", "withdrawn", "going"]


def test_who_is_banned_neither_goes_nor_waits(client, jobs):
    circle = CircleFactory()
    post, over, elsewhere = announce(circle, capacity=1), announce(circle), announce()
    people = UserFactory.create_batch(4)
    come(post, *people)
    come(over, people[2])
    come(elsewhere, people[2])
    Event.objects.filter(pk=over.pk).update(starts_at=timezone.now() - timedelta(days=1))
    jobs()

    client.force_login(people[2])
    assert "You are in line" in client.get(f"/posts/{post.pk}/").content.decode()
    memberships.ban(user=people[2], circle=circle)
    assert states(post) == ["going", "waiting", "withdrawn", "waiting"]
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "You are in line" not in page
    assert "2 in line" in page
    assert states(over) == states(elsewhere) == ["going"]

    memberships.ban(user=people[0], circle=circle)
    assert states(post) == ["withdrawn", "going", "withdrawn", "waiting"]
    assert jobs().count("notifications.notify_place_freed") == 1


def test_more_places_and_another_time(client, jobs):
    post, people = announce(capacity=1), UserFactory.create_batch(2)
    come(post, *people)
    jobs()
    client.force_login(post.author)
    page = client.get(f"/posts/{post.pk}/edit/").content.decode()
    assert 'name="place" value="河边"' in page

    later = NEXT_WEEK.astimezone(UTC) + timedelta(days=1)
    form = {"title": "夜骑", "body": "带灯", "zone": "UTC", "place": "桥下", "capacity": "5"}
    form["starts_at"] = f"{later:%Y-%m-%dT%H:%M}"
    assert client.post(f"/posts/{post.pk}/edit/", form).status_code == 302
    assert states(post) == ["going", "going"]
    event = Event.objects.get()
    assert (event.place, event.zone, event.starts_at) == ("桥下", "UTC", later.replace(second=0, microsecond=0))
    found = jobs()
    assert found.count("notifications.notify_event_news") == 1
    assert found.count("circles.remind_of_event") == 1

    answer = client.post(f"/posts/{post.pk}/edit/", {**form, "capacity": "-1"})
    assert answer.status_code == 422
    assert 'value="-1"' in answer.content.decode()


def test_the_reminder_comes_once_and_only_for_the_time_that_holds(jobs):
    post = announce()
    job = Job.objects.get(handler="circles.remind_of_event")
    assert job.run_after == NEXT_WEEK - timedelta(days=1)
    jobs()
    events.remind_due(post_id=post.pk, starts_at=NEXT_WEEK, now=timezone.now())
    events.remind_due(post_id=post.pk, starts_at=NEXT_WEEK + timedelta(hours=1), now=job.run_after)
    assert jobs() == []
    events.remind_due(post_id=post.pk, starts_at=NEXT_WEEK, now=job.run_after)
    assert jobs() == ["notifications.notify_event_news"]


def test_what_is_over_or_called_off_takes_nobody(client, jobs):
    post, person = announce(), UserFactory()
    jobs()
    client.force_login(person)
    assert client.post(f"/posts/{post.pk}/call-off/").status_code == 403
    client.force_login(post.author)
    for _twice in range(2):
        client.post(f"/posts/{post.pk}/call-off/")
    assert jobs() == ["notifications.notify_event_news"]
    over = {"called_off_at": None, "starts_at": timezone.now() - timedelta(hours=3)}
    for code, change in (("event_called_off", {"capacity": 2}), ("event_over", over)):
        Event.objects.update(**change)
        with pytest.raises(Refused) as refusal:
            events.sign_up(user=person, post=post)
        assert refusal.value.code == code
    assert states(post) == []


def test_checking_in_by_the_code_at_the_door(client):
    post, guest, stranger = announce(), UserFactory(), UserFactory()
    come(post, guest)
    code = Event.objects.get().check_in_code
    url = f"/posts/{post.pk}/check-in/"
    client.force_login(stranger)
    assert client.post(url, {"code": code}).status_code == 422
    client.force_login(guest)
    assert f'value="{code}"' in client.get(f"{url}?code={code}").content.decode()
    wrong = client.post(url, {"code": "WRONG"})
    assert wrong.status_code == 422
    assert "WRONG" in wrong.content.decode()
    assert client.post(url, {"code": f" {code.lower()} "}).status_code == 302
    assert SignUp.objects.get().checked_in_at is not None


def test_only_the_organiser_sees_who_comes(client):
    circle = CircleFactory()
    post, guest = announce(circle), UserFactory(nickname="=SUM(1)")
    memberships.join(user=guest, circle=circle)
    come(post, guest, UserFactory(nickname="乙"))
    url = f"/posts/{post.pk}/participants/"
    client.force_login(guest)
    assert client.get(url).status_code == 403
    client.force_login(post.author)
    page = client.get(url).content.decode()
    assert "乙" in page
    assert Event.objects.get().check_in_code in page
    table = client.get(f"{url}?format=csv").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in table.splitlines()] == ["Name", "'=SUM(1)", "乙"]

    sign_up = SignUp.objects.first()
    client.post(f"/posts/{post.pk}/present/?sign_up={sign_up.pk}", {"present": "1"})
    assert SignUp.objects.get(pk=sign_up.pk).checked_in_at is not None
    client.force_login(guest)
    assert client.post(f"/posts/{post.pk}/present/?sign_up={sign_up.pk}", {"present": "0"}).status_code == 403


def test_into_a_calendar(client):
    post = announce(place="a, b; c\\d")
    answer = client.get(f"/posts/{post.pk}/event.ics")
    [entry] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"].startswith("text/calendar")
    assert (str(entry["summary"]), str(entry["location"])) == ("夜骑", "a, b; c\\d")
    assert entry["dtstart"].dt == NEXT_WEEK.replace(microsecond=0)
    assert client.get("/posts/1/event.ics").status_code == 404


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": timezone.now()}, "starts_at"),
        ({"ends_at": NEXT_WEEK - timedelta(hours=1)}, "ends_at"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"place": " "}, "place"),
        ({"fee_fen": -1}, "fee"),
        ({"capacity": 0}, "capacity"),
    ],
)
def test_events_that_cannot_be(spec, field):
    with pytest.raises(Invalid) as refusal:
        announce(**spec)
    assert refusal.value.field == field


@pytest.mark.parametrize("starts_at", ["9999-12-31T12:00:00Z", "0001-01-02T00:00:00Z"])
def test_a_change_to_a_time_no_calendar_has(client, starts_at):
    post = announce()
    client.force_login(post.author)
    event = {"starts_at": starts_at, "place": "河边", "zone": "Pacific/Kiritimati"}
    answer = client.patch(f"/api/v1/posts/{post.pk}/", {"event": event}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_moment")
    assert client.get(post.get_absolute_url()).status_code == 200


def test_who_meets_shows_who_they_are():
    with pytest.raises(Refused) as refusal:
        announce(CircleFactory(masks_authors=True))
    assert refusal.value.code == "no_events_here"
    assert not Post.objects.exists()


def test_closing_an_account_gives_the_place_back():
    post, people = announce(capacity=1), UserFactory.create_batch(2)
    come(post, *people)
    erase(people[0], keep_words=True)
    assert states(post) == ["going"]


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one():
    post, people = announce(capacity=1), UserFactory.create_batch(4)
    start, failed = threading.Barrier(4), []

    def press(person):
        try:
            start.wait()
            events.sign_up(user=person, post=post)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(states(post)) == ["going", "waiting", "waiting", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_who_signs_up_while_being_banned_gets_no_place():
    post, person = announce(), UserFactory()
    memberships.join(user=person, circle=post.circle)
    refused = []

    def press():
        try:
            events.sign_up(user=person, post=post)
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    thread = threading.Thread(target=press)
    with transaction.atomic():
        memberships.ban(user=person, circle=post.circle)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()  # it waits for what becomes of the ban
    thread.join()
    assert refused == ["circle_banned"]
    assert states(post) == []


def test_guessing_the_code_ends_soon(client):
    post, guest = announce(), UserFactory()
    come(post, guest)
    client.force_login(guest)
    url, code = f"/posts/{post.pk}/check-in/", Event.objects.get().check_in_code
    for _again in range(events.WRONG_PER_HOUR):
        assert "not the code" in client.post(url, {"code": "NOPE"}).content.decode()
    answer = client.post(url, {"code": code})
    assert (answer.status_code, "Too many wrong codes" in answer.content.decode()) == (422, True)
    assert SignUp.objects.get().checked_in_at is None
    assert client.post(f"/api/v1/posts/{post.pk}/check-in/", {"code": code}).status_code == 429
    other = UserFactory()
    come(post, other)
    assert events.check_in(user=other, post=post, code=code).checked_in_at is not None


def test_whoever_called_it_finds_list_and_code_from_the_card(client):
    post, guest = announce(), UserFactory()
    client.force_login(post.author)
    card = client.get(post.get_absolute_url()).content.decode()
    assert (f'href="/posts/{post.pk}/participants/"' in card, 'name="going"' in card) == (True, False)

    client.force_login(guest)
    card = client.get(post.get_absolute_url()).content.decode()
    assert ("/participants/" in card, 'name="going"' in card) == (False, True)
    come(post, guest)
    assert "/check-in/" in client.get(post.get_absolute_url()).content.decode()
    events.check_in(user=guest, post=post, code=Event.objects.get(pk=post.pk).check_in_code)
    card = client.get(post.get_absolute_url()).content.decode()
    assert ("You are checked in." in card, "/check-in/" in card, 'name="going"' in card) == (True, False, False)

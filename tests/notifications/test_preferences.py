import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from circles.models import Membership
from merchants.actions import fans
from merchants.models import Fan
from notifications.models import InboxState, Preferences
from notifications.queries import unread_count
from tests.factories import CircleFactory, UserFactory
from tests.feeds.community import announce, join, member_of, verified_merchant, work

URL = "/me/notifications/"
FORM = {
    "bell": "on",
    "mail": "on",
    "quiet": "on",
    "quiet_from": "22:30",
    "quiet_until": "07:15",
    "digest": "weekly",
    "digest_hour": "19",
    "language": "en",
    "default": "mentions",
}


@pytest.fixture
def person(client, circle):
    person = member_of(circle)
    client.force_login(person)
    return person


def test_one_form_keeps_everything(client, person, circle):
    merchant, other = verified_merchant(), CircleFactory()
    fans.follow(user=person, merchant=merchant)
    join(other, person)
    row, fan = Membership.objects.get(user=person, circle=circle), Fan.objects.get()
    chosen = {f"circle-{row.pk}": "muted", f"merchant-{fan.pk}": "all"}
    assert client.post(URL, {**FORM, **chosen}).status_code == 302
    kept = Preferences.objects.get()
    assert (kept.mail, kept.push, kept.quiet, str(kept.quiet_from)) == (True, False, True, "22:30:00")
    assert (kept.digest, kept.digest_hour, kept.language) == ("weekly", 19, "en")
    assert User.objects.get(pk=person.pk).notice_level == "mentions"
    assert Membership.objects.get(pk=row.pk).level == "muted"
    assert Membership.objects.get(user=person, circle=other).level == "", "what was not sent stays"
    assert Fan.objects.get().level == "all"
    page = client.get(URL).content.decode()
    assert '<option value="muted" selected>' in page
    assert 'value="22:30"' in page


def test_the_bell_can_be_silent(client, person):
    merchant = verified_merchant()
    fans.follow(user=person, merchant=merchant)
    announce(merchant)
    work()
    assert unread_count(person) == 1
    client.post(URL, {key: value for key, value in FORM.items() if key != "bell"})
    assert not InboxState.objects.get(pk=person.pk).bell
    assert unread_count(person) == 0
    client.post(URL, FORM)
    assert unread_count(person) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"default": "all"},
        {"default": ""},
        {"digest": "hourly"},
        {"digest_hour": "24"},
        {"digest_hour": "x"},
        {"quiet_from": "25:00"},
        {"quiet_from": "07:15"},
        {"language": "tlh"},
    ],
)
def test_bad_input_is_refused_and_nothing_is_kept(client, person, bad):
    answer = client.post(URL, {**FORM, **bad})
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not Preferences.objects.exists()


def test_a_bad_level_is_refused(client, person, circle):
    row = Membership.objects.get(user=person)
    assert client.post(URL, {**FORM, f"circle-{row.pk}": "louder"}).status_code == 422
    assert Membership.objects.get(pk=row.pk).level == ""


def test_nobody_chooses_for_others(client, person, circle):
    other = Membership.objects.get(user=member_of(circle))
    client.post(URL, {**FORM, f"circle-{other.pk}": "muted"})
    assert Membership.objects.get(pk=other.pk).level == ""


def test_only_for_those_logged_in(client, db):
    assert client.get(URL).status_code == 302
    assert client.post(URL, FORM).url.startswith(reverse("account_login"))
    assert not Preferences.objects.exists()


def test_as_many_queries_however_many_circles(client, person):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(URL).status_code == 200
        return len(caught)

    client.get(URL)
    few = queries()
    for _ in range(12):
        join(CircleFactory(), person)
        fans.follow(user=person, merchant=verified_merchant())
    assert queries() == few


def test_the_page_is_found(client, person):
    assert URL in client.get("/me/").content.decode()
    assert URL in client.get("/inbox/").content.decode()


def test_without_an_address_it_says_so(client, circle):
    nobody = UserFactory(email="")
    client.force_login(nobody)
    assert "Add an e-mail address" in client.get(URL).content.decode()

"""My credit as a page and over the API: one's own, in words, with a way to object."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import credit
from accounts.models import CreditAppeal, CreditChange, CreditKind, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE, API = "/me/credit/", "/api/v1/me/credit/"


@pytest.fixture
def person(client):
    joined = timezone.now() - timedelta(days=400)
    person = UserFactory(date_joined=joined, verified_at=joined, credit=550)
    credit.recompute(after=person.pk - 1, until=person.pk)
    client.force_login(person)
    return person


@pytest.fixture
def change(person):
    credit.record(
        user=person, kind=CreditKind.POST_REMOVED, key="log:1", place="手冲咖啡", note="广告 <script>alert(1)</script>"
    )
    return CreditChange.objects.get(user=person, entry__isnull=False)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page(client, change, language):
    page = client.get(PAGE, headers={"accept-language": language})
    text = page.content.decode()
    assert page.status_code == 200
    assert '<strong class="tabular">600</strong>' in text
    assert "手冲咖啡" in text
    assert "<script>alert" not in text
    assert f"/me/credit/changes/{change.pk}/appeal/" in text


def test_page_costs_the_same_with_any_history(client, person, django_assert_num_queries, django_assert_max_num_queries):
    for number in range(3):
        credit.record(user=person, kind=CreditKind.COMMENT_REMOVED, key=f"log:{number}")
    client.get(PAGE)
    with django_assert_max_num_queries(12) as few:
        client.get(PAGE)
    for number in range(3, 30):
        credit.record(user=person, kind=CreditKind.COMMENT_REMOVED, key=f"log:{number}")
    with django_assert_num_queries(len(few)):
        client.get(PAGE)
    pages = []
    while not pages or pages[-1].context["older"]:
        pages.append(client.get(PAGE + (pages[-1].context["older"] if pages else "")))
    seen = [change.row.pk for page in pages for change in page.context["changes"]]
    assert len(seen) == len(set(seen)) == 31


@pytest.mark.parametrize("before", ["x", "0", "-1", "99999999999999999999", "¹"])
def test_bad_places_in_the_history(client, person, before):
    assert client.get(PAGE, {"before": before}).status_code == 200


def test_nobody_else_sees_it(client, person, change):
    other = UserFactory()
    client.force_login(other)
    assert client.get(f"/me/credit/changes/{change.pk}/appeal/").status_code == 404
    assert client.post(f"/me/credit/changes/{change.pk}/appeal/", {"text": "我来"}).status_code == 404
    assert client.post(f"{API}changes/{change.pk}/appeal/", {"text": "我来"}).status_code == 404
    assert "600" not in client.get(person.get_absolute_url()).content.decode()
    assert not CreditAppeal.objects.exists()
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert client.get(API).status_code == 401


def test_appeal(client, person, change):
    url = f"/me/credit/changes/{change.pk}/appeal/"
    empty = client.post(url, {"text": "  "})
    assert empty.status_code == 422
    assert "Please say what was wrong." in empty.content.decode()
    long = client.post(url, {"text": "长" * 1001})
    assert long.status_code == 422
    assert "长" * 1001 in long.content.decode()
    assert client.post(url, {"text": "不是广告"}).status_code == 302
    assert client.post(url, {"text": "再说一遍"}).status_code == 302
    appeal = CreditAppeal.objects.get()
    assert (appeal.user, appeal.entry, appeal.text) == (person, change.entry, "不是广告")
    assert "不是广告" in client.get(url).content.decode()
    assert User.objects.get(pk=person.pk).credit == 600


def test_what_time_did_cannot_be_appealed(client, person):
    [first] = CreditChange.objects.filter(user=person)
    assert client.get(f"/me/credit/changes/{first.pk}/appeal/").status_code == 404
    answer = client.post(f"{API}changes/{first.pk}/appeal/", {"text": "不对"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_appealable")


def test_what_was_taken_back_cannot_be_appealed(client, person, change):
    credit.withdraw(user=person, kind=CreditKind.POST_REMOVED, key="log:1")
    assert client.get(f"/me/credit/changes/{change.pk}/appeal/").status_code == 404


def test_api(client, person, change):
    told = client.get(API).json()
    assert (told["credit"], told["floor"], told["ceiling"], told["formula_version"]) == (600, 350, 950, 1)
    assert told["start"] + sum(part["points"] for part in told["parts"]) == 600
    newest, first = told["changes"]
    assert (newest["kind"], newest["circle"], newest["may_appeal"], newest["appeal"]) == (
        "post_removed",
        "手冲咖啡",
        True,
        None,
    )
    assert first["kind"] is None
    assert {line["points"] for line in first["lines"]} == {30, 40, 60}
    refused = client.post(f"{API}changes/{newest['id']}/appeal/", {"text": ""})
    assert (refused.status_code, refused.json()["code"]) == (400, "text_required")
    made = client.post(f"{API}changes/{newest['id']}/appeal/", {"text": "不是广告"})
    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert client.get(API).json()["changes"][0]["appeal"]["text"] == "不是广告"

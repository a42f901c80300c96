"""Asking for a circle over the API: the same action as the page, so the same wait."""

import pytest
from rest_framework.test import APIClient

from circles.actions import foundings
from circles.models import Circle, Founding, FoundingState
from tests.circles.test_races import at_once
from tests.factories import CategoryFactory, UserFactory

ROOT = "/api/v1"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reviewed(settings):
    settings.CIRCLE_FOUNDING_REVIEW = True


def api(person=None):
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def fields(**more):
    category, _made = CategoryFactory._meta.model.objects.get_or_create(slug="tea", defaults={"name": "茶"})
    return {"name": "茶馆", "purpose": "一起喝茶", "category": category.slug, **more}


def ask(person, **more):
    return api(person).post(f"{ROOT}/circles/", fields(**more), format="json")


def code_of(answer):
    return answer.status_code, answer.json()["code"]


def test_where_somebody_decides_it_waits(picture):
    person = UserFactory()
    answer = ask(person, slug="teahouse", visibility="members", entry="apply", avatar=str(picture(person).key))
    told = answer.json()
    assert (answer.status_code, told["state"], told["circle"], told["reason"]) == (202, "waiting", None, "")
    assert (told["purpose"], told["visibility"], told["entry"]) == ("一起喝茶", "members", "apply")
    assert told["avatar_url"].startswith("http://testserver/pictures/")
    assert not Circle.objects.exists()
    assert ask(person, slug="teahouse").json()["id"] == told["id"]  # sent twice
    assert code_of(ask(UserFactory(), name="别的", slug="teahouse")) == (400, "slug_taken")
    assert code_of(ask(person, name="又一个", purpose="")) == (400, "required")
    assert code_of(ask(person, name="又一个", intro="微信 tea_4567")) == (400, "contact_details")
    assert code_of(ask(person, name="又一个", entry="key")) == (400, "invalid")

    foundings.approve(founding=Founding.objects.get(), by=UserFactory(), reason="欢迎")
    [mine] = api(person).get(f"{ROOT}/me/foundings/").json()["results"]
    assert (mine["state"], mine["reason"], mine["circle"]) == ("approved", "欢迎", "teahouse")


def test_mine_alone_changed_and_taken_back_while_it_waits():
    person = UserFactory()
    url = f"{ROOT}/me/foundings/{ask(person).json()['id']}/"
    for stranger, expected in ((UserFactory(), (404, "not_found")), (None, (401, "not_authenticated"))):
        for method in ("get", "put", "delete"):
            assert code_of(getattr(api(stranger), method)(url)) == expected
        assert api(stranger).get(f"{ROOT}/me/foundings/").json().get("results", []) == []
    assert code_of(api(person).get(f"{ROOT}/me/foundings/{2**70}/")) == (404, "not_found")
    assert api(person).put(url, fields(name="茶楼"), format="json").json()["name"] == "茶楼"
    assert [api(person).delete(url).status_code for _ in range(2)] == [204, 204]
    assert Founding.objects.get().state == FoundingState.WITHDRAWN
    assert code_of(api(person).put(url, fields(), format="json")) == (409, "already_decided")


def test_a_decision_cannot_be_taken_back():
    person = UserFactory()
    url = f"{ROOT}/me/foundings/{ask(person).json()['id']}/"
    foundings.refuse(founding=Founding.objects.get(), by=UserFactory(), reason="已有同名")
    assert code_of(api(person).delete(url)) == (409, "already_decided")
    assert api(person).get(url).json()["reason"] == "已有同名"


@pytest.mark.django_db(transaction=True)
def test_sent_many_times_at_once_it_is_one():
    person, said = UserFactory(), fields(slug="teahouse")
    answers = at_once(
        *[lambda: api(person).post(f"{ROOT}/circles/", said, format="json").json().get("id") for _ in range(4)]
    )
    assert set(answers) == {Founding.objects.get().pk}

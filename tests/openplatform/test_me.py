import pytest
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/"


def test_me(mine, user):
    answer = mine.get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "username": "lilei",
        "nickname": "李雷",
        "is_verified": True,
        "avatar_url": None,
        "url": f"http://testserver{user.get_absolute_url()}",
        "email": "lilei@example.org",
        "bio": "",
        "verified_at": answer.json()["verified_at"],
        "banned_until": None,
        "date_joined": answer.json()["date_joined"],
    }


def test_me_needs_somebody(api):
    answer = api.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_changing_only_what_is_sent(mine, user):
    assert mine.patch(URL, {"bio": "跑步"}, format="json").json()["bio"] == "跑步"
    answer = mine.patch(URL, {"nickname": "小雷", "username": "root", "is_verified": False}, format="json")
    assert (answer.json()["nickname"], answer.json()["bio"]) == ("小雷", "跑步")
    user.refresh_from_db()
    assert (user.username, user.nickname, user.is_verified) == ("lilei", "小雷", True)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"nickname": "韩梅梅"}, "nickname_taken"),
        ({"nickname": "官方"}, "nickname_reserved"),
        ({"nickname": "a b"}, "bad_nickname"),
        ({"nickname": "x" * 100_000}, "bad_nickname"),
        ({"bio": "x" * 201}, "too_long"),
    ],
)
def test_the_refusals_are_those_of_the_page(client, mine, user, data, code):
    """The same action behind both: what the page says beside the field, the API says with a code."""
    UserFactory(nickname="韩梅梅")
    answer = mine.patch(URL, data, format="json")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, code)
    assert [error["field"] for error in problem["errors"]] == list(data)
    client.force_login(user)
    page = client.post(
        reverse("accounts:edit_profile"), {"nickname": "李雷", "bio": ""} | data, headers={"accept-language": "en"}
    )
    assert page.status_code == 422
    found = page.context["form"].errors
    assert list(found) == list(data)
    if max(len(value) for value in data.values()) < 100:
        assert found[next(iter(data))] == [problem["title"]]
    user.refresh_from_db()
    assert (user.nickname, user.bio) == ("李雷", "")

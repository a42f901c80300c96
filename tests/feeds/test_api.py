import pytest

from circles.actions import posts as post_actions
from tests.factories import CircleFactory, UserFactory
from tests.feeds.community import member_of, publish, work

pytestmark = pytest.mark.django_db


def test_home_over_the_api_is_the_same_feed(client):
    circle = CircleFactory()
    reader = member_of(circle)
    for number in range(3):
        publish(circle.owner, circle, str(number))
    hidden = publish(circle.owner, circle, "藏")
    work()
    post_actions.hide(post=hidden)
    client.force_login(reader)
    answer = client.get("/api/v1/home/", {"page_size": 2}).json()
    assert [row["body"] for row in answer["results"]] == ["2", "1"]
    assert answer["previous"] is None
    answer = client.get(answer["next"]).json()
    assert [row["body"] for row in answer["results"]] == ["0"]
    assert answer["next"] is None


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"page_size": "0"}, {"page_size": "x"}, {"page_size": "99999999"}])
def test_odd_parameters_are_no_error(client, query):
    client.force_login(UserFactory())
    assert client.get("/api/v1/home/", query).json() == {"results": [], "next": None, "previous": None}


def test_home_asks_for_log_in(client):
    answer = client.get("/api/v1/home/")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"

"""Several questions in one statement: each gets the rows it would get alone."""

from datetime import UTC, datetime

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from circles.models import Circle, Membership
from core import parts
from core.prepared import Fragment, Prepared
from core.together import Question, Together
from tests.factories import CircleFactory, MembershipFactory

pytestmark = pytest.mark.django_db

ODD = ["", " ", "a,b", "(a)", ')"', '"', '""', "\\", '\\"', "a\nb", "{a}", "NULL", "圈子", "'", "%s", "%(id)s", "\t"]
ODD.append("".join(ODD))


@pytest.fixture(params=["kept plans", "a pooler in between"], autouse=True)
def either_way(request, monkeypatch):
    pooled = request.param == "a pooler in between"
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", pooled)


@pytest.fixture(autouse=True)
def nothing_kept():
    parts.forget_everything()


def alone(sql, **types):
    return Together([Question(sql)], {}, **types)


@pytest.mark.parametrize("value", ODD)
def test_texts_come_as_they_are(value):
    ask = alone("SELECT %(value)s AS a, NULL::text AS b, %(value)s AS c", value="text")
    for _ in range(2):  # taken apart, and kept
        assert ask(value=value) == [[(value, None, value)]]


def test_values_are_those_the_driver_would_give():
    sql = """
        SELECT 7::bigint AS a, 7.5::numeric AS b, true AS c, false AS d,
               '2026-02-03 04:05:06.789+02'::timestamptz AS e,
               '2026-02-03'::date AS f, NULL::bigint AS g, '{"a": 1}'::jsonb AS h, ARRAY['a', 'b"', NULL] AS i,
               1.5::real AS j, '00000000-0000-0000-0000-000000000007'::uuid AS k, interval '1 day 2 hours' AS l"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        expected = cursor.fetchall()
    assert expected[0][4] == datetime(2026, 2, 3, 2, 5, 6, 789000, UTC)
    ask = alone(sql)
    for _ in range(2):
        [rows] = ask()
        assert rows == expected
        assert [type(value) for value in rows[0]] == [type(value) for value in expected[0]]


def test_a_single_column_that_is_null():
    ask = alone("SELECT NULL::text AS a")
    assert ask() == [[(None,)]]


def test_what_could_be_changed_is_not_shared():
    ask = alone("SELECT ARRAY['a'] AS a")
    ask()[0][0][0].append("b")
    assert ask() == [[(["a"],)]]


def test_objects_are_those_of_the_queryset_and_each_readers_own():
    circle = CircleFactory(slug="one", rules='"好", (\\)', level_titles=["新", '"'])
    member = MembershipFactory(circle=circle)

    def members(any_):
        return Membership.objects.select_related("circle", "user").filter(circle_id=any_.circle).order_by("pk")

    fragment = Fragment(members, "circle")
    ask = Together([Question(fragment.named(), made=fragment.instance)], {}, circle="bigint")
    expected = Prepared(members, "circle").instances(circle=circle.pk)
    for _ in range(2):
        [found] = ask(circle=circle.pk)
        assert [one.pk for one in found] == [one.pk for one in expected]
        assert member in found
        for one, other in zip(found, expected, strict=True):
            for row, same in ((one, other), (one.circle, other.circle), (one.user, other.user)):
                kept, wanted = ({**each.__dict__, "_state": None} for each in (row, same))
                assert {name: value for name, value in kept.items() if not hasattr(value, "_meta")} == {
                    name: value for name, value in wanted.items() if not hasattr(value, "_meta")
                }
        found[0].circle.level_titles.append("!")
        found[0].circle.name = "!"
    circle.refresh_from_db()
    assert ask(circle=circle.pk)[0][0].circle.level_titles == ["新", '"']


def test_each_question_gets_its_own_rows_in_one_query():
    one, two = CircleFactory(slug="one"), CircleFactory(slug="two")
    ask = Together(
        [
            Question("SELECT id FROM circles_circle WHERE slug = %(first)s"),
            Question("SELECT slug, id FROM circles_circle WHERE slug = %(second)s", kept=lambda row: row[0]),
            Question("SELECT %(word)s::text AS word, %(most)s AS most FROM circles_circle"),
        ],
        {"most": 3},
        first="text",
        second="text",
        word="text",
        most="bigint",
    )
    ask(first="one", second="two", word="w")
    with CaptureQueriesContext(connection) as captured:
        assert ask(first="one", second="two", word="w") == [[(one.pk,)], ["two"], [("w", 3), ("w", 3)]]
        assert ask(first="none", second="one", word="") == [[], ["one"], [("", 3), ("", 3)]]
    assert len(captured) == 2
    assert two.pk


@pytest.mark.parametrize(
    ("says", "rows"), [("false", [[(False,)], [(1,)]]), ("true", [[(True,)], []]), ("none", [[], []])]
)
def test_a_question_goes_unasked_where_the_first_one_says_so(says, rows):
    first = {"false": "SELECT false AS far", "true": "SELECT true AS far", "none": "SELECT true AS far WHERE false"}
    # To be asked would be an error, which Postgres cannot know before.
    second = "SELECT 1 / (floor(random())::integer + %(added)s) AS one"
    ask = Together([Question(first[says]), Question(second, unless="far")], {}, added="integer")
    assert ask(added=1 if says == "false" else 0) == rows


def test_what_changes_is_read_anew():
    circle = CircleFactory(slug="one")
    ask = alone("SELECT name FROM circles_circle WHERE slug = %(slug)s", slug="text")
    assert ask(slug="one") == [[(circle.name,)]]
    Circle.objects.update(name="别的名")
    assert ask(slug="one") == [[("别的名",)]]


@pytest.mark.django_db(transaction=True)
def test_as_the_first_of_a_request_it_is_asked_again_of_a_new_connection(monkeypatch):
    ask = alone("SELECT 1 AS one")
    assert ask() == [[(1,)]]
    database = connections["default"]
    monkeypatch.setattr(database, "health_check_enabled", True)
    connection.close_if_unusable_or_obsolete()  # as at the end of a request
    gone = connection.connection
    gone.close()
    assert ask() == [[(1,)]]
    assert connection.connection is not gone

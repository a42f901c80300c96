"""Compiled once, planned once per connection, and right for every value."""

import psycopg2
import pytest
from django.db import OperationalError, connection, connections
from django.db.models import Exists, FilteredRelation, Func, OuterRef, Q, TextField, Value
from django.test.utils import CaptureQueriesContext

from circles.models import Circle, Membership
from core import prepared
from core.models import Job
from core.outages import is_outage
from core.prepared import Prepared, among
from tests.factories import CircleFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["kept plans", "a pooler in between"])
def either_way(request, monkeypatch):
    pooled = request.param == "a pooler in between"
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", pooled)


@pytest.mark.usefixtures("either_way")
def test_every_value_gets_its_own_rows():
    first, second, third = CircleFactory(slug="one"), CircleFactory(slug="two"), CircleFactory(slug="7")
    by_slug = Prepared(lambda any_: Circle.objects.filter(slug=any_.slug).values_list("pk", "slug"), "slug")
    assert [by_slug(slug=slug) for slug in ("one", "two", "7", "none")] == [
        [(first.pk, "one")],
        [(second.pk, "two")],
        [(third.pk, "7")],
        [],
    ]
    several = Prepared(
        lambda any_: Circle.objects.filter(pk__in=among(any_.ids), pk__gt=any_.after).values_list("pk"),
        "after",
        "ids",
    )
    assert sorted(several(ids=[first.pk, third.pk], after=0)) == [(first.pk,), (third.pk,)]
    assert several(ids=[first.pk], after=first.pk) == []
    assert several(ids=[], after=0) == []


@pytest.mark.usefixtures("either_way")
def test_the_order_of_names_is_each_ones_own():
    circle = CircleFactory(slug="one", intro="二")

    def build(any_):
        return Circle.objects.filter(slug=any_.slug, intro=any_.intro).values_list("pk")

    for names in (("slug", "intro"), ("intro", "slug")):
        assert Prepared(build, *names)(slug="one", intro="二") == [(circle.pk,)]


def test_a_call_is_one_query():
    by_slug = Prepared(lambda any_: Circle.objects.filter(slug=any_.slug).values_list("pk"), "slug")
    with CaptureQueriesContext(connection) as captured:
        by_slug(slug="one")
        by_slug(slug="two")
    assert len(captured) == 2


def test_a_new_connection_plans_anew():
    circle = CircleFactory(slug="one")
    by_slug = Prepared(lambda any_: Circle.objects.filter(slug=any_.slug).values_list("pk"), "slug")
    assert by_slug(slug="one") == [(circle.pk,)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as after a new connection, which a test in a transaction cannot have
    prepared._known.clear()
    assert by_slug(slug="one") == [(circle.pk,)]


def test_it_is_planned_once_whatever_postgres_thinks_of_the_values():
    """Of what is rare in a table Postgres would rather make a plan for that value, each time."""
    CircleFactory.create_batch(40, intro="平常")
    CircleFactory(intro="少见")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE circles_circle")
    like_it = Prepared(lambda any_: Circle.objects.filter(intro=any_.intro).order_by("name").values_list("pk"), "intro")
    for _ in range(8):
        assert len(like_it(intro="少见")) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s", [like_it._name]
        )
        assert cursor.fetchall() == [(8, 0)]


def test_instances_are_those_of_the_queryset(django_assert_num_queries):
    membership = MembershipFactory(circle=CircleFactory(slug="one"))
    CircleFactory(slug="two")

    def circles(slug, user_id):
        mine = Membership.objects.filter(user_id=user_id, circle=OuterRef("pk"))
        return (
            Circle.objects.annotate(
                mine=FilteredRelation("memberships", condition=Q(memberships__user_id=user_id)), is_in=Exists(mine)
            )
            .select_related("mine", "owner", "cover")
            .filter(slug=slug)
        )

    seen = Prepared(lambda any_: circles(any_.slug, any_.viewer), "slug", "viewer")
    for slug, user_id in (("one", membership.user_id), ("one", 0), ("two", membership.user_id), ("three", 0)):
        fresh = list(circles(slug, user_id))
        with django_assert_num_queries(1):
            made = seen.instances(slug=slug, viewer=user_id)
            shown = [(one.is_in, one.owner, one.cover, one._state.adding, one._state.db) for one in made]
        assert [one.__dict__.keys() for one in made] == [one.__dict__.keys() for one in fresh]
        assert shown == [(one.is_in, one.owner, one.cover, False, "default") for one in fresh]
    assert seen.instances(slug="one", viewer=membership.user_id)[0].mine == membership


def test_values_are_what_the_queryset_makes_of_them():
    """What Django converts behind the database, such as JSON."""
    job = Job.objects.create(queue="bulk", handler="x", args={"a": [1, "圈"]})
    arguments = Prepared(lambda any_: Job.objects.filter(pk=any_.pk).values_list("args"), "pk")
    assert arguments(pk=job.pk) == [({"a": [1, "圈"]},)]
    whole = Prepared(lambda any_: Job.objects.filter(pk=any_.pk), "pk")
    assert whole.instances(pk=job.pk)[0].args == {"a": [1, "圈"]}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_is_an_outage_and_opened_anew():
    circle = CircleFactory(slug="one")
    by_slug = Prepared(lambda any_: Circle.objects.filter(slug=any_.slug).values_list("pk"), "slug")
    assert by_slug(slug="one") == [(circle.pk,)]
    cut_off(connection.connection)
    with pytest.raises(OperationalError) as gone:
        by_slug(slug="one")
    assert is_outage(gone.value)
    connection.close_if_unusable_or_obsolete()  # as at the end of a request
    assert by_slug(slug="one") == [(circle.pk,)]


@pytest.mark.django_db(transaction=True)
def test_the_first_question_of_a_request_finds_out_whether_anybody_hears(monkeypatch):
    circle = CircleFactory(slug="one")
    by_slug = Prepared(lambda any_: Circle.objects.filter(slug=any_.slug).values_list("pk"), "slug")
    sleep = Func(Value(2), function="pg_sleep", output_field=TextField())
    broken = Prepared(lambda any_: Circle.objects.filter(slug=any_.slug).values_list(sleep), "slug")
    assert by_slug(slug="one") == [(circle.pk,)]
    database = connections["default"]
    monkeypatch.setattr(database, "health_check_enabled", True)

    def next_request():
        connection.close_if_unusable_or_obsolete()
        return connection.connection

    kept = next_request()
    asked = []
    monkeypatch.setattr(database, "is_usable", lambda: asked.append(1) or type(database).is_usable(database))
    assert by_slug(slug="one") == [(circle.pk,)]
    assert (connection.connection is kept, asked) == (True, [])

    cut_off(next_request())
    assert by_slug(slug="one") == [(circle.pk,)]
    assert (connection.connection is kept, asked) == (False, [1])

    kept = next_request()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 10")
    connection.health_check_done = False
    with pytest.raises(OperationalError):  # a failure of its own is no reason to ask again
        broken(slug="one")
    assert connection.connection is kept
    connection.close()


def cut_off(what) -> None:
    admin = psycopg2.connect(**connection.get_connection_params())
    with admin, admin.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [what.info.backend_pid])
    admin.close()

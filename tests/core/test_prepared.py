"""Compiled once, planned once per connection, and right for every value."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from circles.models import Circle
from core import prepared
from core.prepared import Prepared, among
from tests.factories import CircleFactory

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

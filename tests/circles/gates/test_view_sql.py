"""Who sees a circle with a view gate: SQL and Python say the same, on every road to what is in it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import facts
from accounts.models import Fact, User
from accounts.passport import passport_of
from circles.actions import gates
from circles.cards import load_rows
from circles.gates.evaluate import evaluate
from circles.gates.language import HasRole, clauses_of, parse, to_json
from circles.heads import circle_head, post_head
from circles.models import Circle, Comment, Membership, MembershipState, Post, Role, ViewClause
from core.errors import Invalid
from core.prepared import Prepared
from tests.circles.gates.test_language import RULES
from tests.factories import CircleFactory, CommentFactory, MembershipFactory, PostFactory, UserFactory

pytestmark = pytest.mark.django_db

WHEN = st.sampled_from([None, -40.0, -7.5, -0.5, 0.5, 20.0])
"""Days from now."""
PEOPLE = st.fixed_dictionaries(
    {
        "verified": st.booleans(),
        "credit": st.sampled_from([350, 399, 400, 599, 600, 749, 750, 950]),
        "facts": st.lists(
            st.tuples(
                st.sampled_from(
                    [(kind, value) for kind in ("student", "graduate", "employee") for value in ("north", "south")]
                    + [("adult", ""), ("gender", "female"), ("gender", "male")]
                ),
                WHEN,
                st.sampled_from([None, 0.4, 30.0]),
                st.booleans(),
            ),
            max_size=3,
        ),
        "member": st.none()
        | st.tuples(st.sampled_from(Role.values), st.booleans(), st.sampled_from([0.1, 6.9, 7.1, 31.0])),
    }
)  # fmt: skip


def make(person, circle):
    """The person in the database, through the actions that write facts."""
    now = timezone.now()
    user = UserFactory(verified_at=now if person["verified"] else None, credit=person["credit"])
    for (kind, value), since, until, is_revoked in person["facts"]:
        begins = now + timedelta(days=since or 0)
        ends = None if until is None else max(begins, now) + timedelta(days=until)
        try:
            fact = facts.grant(
                user=user, kind=kind, value=value, source=Fact.Source.PROVIDER, valid_from=begins, valid_until=ends
            )
        except Invalid:
            continue  # leaves a gap to what is there
        if is_revoked:
            facts.revoke(fact=fact)
    if person["member"] is not None:
        role, is_active, days = person["member"]
        if role == Role.OWNER:
            circle.memberships.all().delete()
            is_active = True
        state = MembershipState.ACTIVE if is_active else MembershipState.LEFT
        MembershipFactory(circle=circle, user=user, role=role, state=state, joined_at=now - timedelta(days=days))
    return user


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES, person=PEOPLE)
def test_sql_and_python_agree(rule, person):
    try:
        clauses = clauses_of(rule)
        parse(to_json(rule))
    except Invalid:
        return
    with transaction.atomic():
        circle = CircleFactory(is_view_gated=True)
        post = PostFactory(circle=circle)
        comment = CommentFactory(post=post)
        gates._write_view_clauses(circle, clauses)
        user = make(person, circle)

        membership = Membership.objects.filter(circle=circle, user=user).first()
        passport = passport_of(User.objects.get(pk=user.pk))
        keeps_order = (HasRole("moderator"),)
        expected = evaluate((*clauses, keeps_order), passport, membership, timezone.now()).ok

        assert Circle.objects.visible_to(user).filter(pk=circle.pk).exists() is expected
        assert Post.objects.visible_to(user).filter(pk=post.pk).exists() is expected
        assert Comment.objects.visible_to(user).filter(pk=comment.pk).exists() is expected
        assert not Post.objects.visible_to(AnonymousUser()).filter(pk=post.pk).exists()
        transaction.set_rollback(True)


def test_the_statement_is_compiled_once_for_everybody(gate, grant):
    """Only the viewer's key may differ, or cards would show one viewer what another may see."""
    circle = CircleFactory()
    post = PostFactory(circle=circle)
    gate(circle, "view", {"fact": "student"})
    student, other = UserFactory(), UserFactory()
    prepared = Prepared(
        lambda any_: Post.objects.visible_to(User.somebody(any_.viewer)).values_list("pk"),
        "viewer",
    )
    assert prepared(viewer=other.pk) == []
    fact = grant(student, "student", "north-university")
    assert prepared(viewer=student.pk) == [(post.pk,)]
    assert prepared(viewer=other.pk) == []
    facts.revoke(fact=fact)
    assert prepared(viewer=student.pk) == []


@pytest.mark.parametrize("keeps_distance", [True, False])
def test_pages_show_what_is_in_the_open_and_what_a_gate_opens(gate, grant, keeps_distance, django_assert_num_queries):
    """Cards are first looked for in the open; what is not found there is asked for with the gates."""
    gated, free = CircleFactory(), CircleFactory()
    ids = sorted([PostFactory(circle=free).pk, PostFactory(circle=gated).pk, PostFactory(state="hidden").pk])
    gate(gated, "view", {"fact": "student"})
    student, other = UserFactory(), UserFactory()
    grant(student, "student", "north-university")
    for viewer in (student, other):
        viewer.keeps_distance = keeps_distance
    with django_assert_num_queries(1 if keeps_distance else 2):
        shown = load_rows(ids, student)
    assert {row.circle_id for row in shown} == {gated.pk, free.pk}
    assert [row.circle_id for row in load_rows(ids, other)] == [free.pk]
    in_gated = next(row.id for row in shown if row.circle_id == gated.pk)
    assert post_head(in_gated, other) is None
    assert post_head(in_gated, student).post.pk == in_gated
    assert circle_head(gated.slug, other) is None
    assert circle_head(gated.slug, student).circle == gated


def test_what_runs_out_is_over_though_nobody_looks(gate, grant):
    circle = CircleFactory()
    gate(circle, "view", {"fact": "student"})
    student = UserFactory()
    grant(student, "student", "north-university", valid_until=timezone.now() + timedelta(days=9))
    assert Circle.objects.visible_to(student).filter(pk=circle.pk).exists()
    Fact.objects.update(
        valid_from=timezone.now() - timedelta(days=2), valid_until=timezone.now() - timedelta(seconds=1)
    )
    assert not Circle.objects.visible_to(student).filter(pk=circle.pk).exists()


def test_owner_and_moderators_see_what_they_look_after(gate):
    circle = CircleFactory()
    moderator = MembershipFactory(circle=circle, role=Role.MODERATOR).user
    member = MembershipFactory(circle=circle).user
    gate(circle, "view", {"fact": "student"})
    assert Circle.objects.visible_to(circle.owner).filter(pk=circle.pk).exists()
    assert Circle.objects.visible_to(moderator).filter(pk=circle.pk).exists()
    assert not Circle.objects.visible_to(member).filter(pk=circle.pk).exists()


def test_taking_the_gate_away_opens_the_circle(gate):
    circle = CircleFactory()
    gate(circle, "view", {"fact": "student"})
    gate(circle, "view", None)
    assert not ViewClause.objects.exists()
    assert circle.is_view_gated is False
    assert Circle.objects.visible_to(AnonymousUser()).filter(pk=circle.pk).exists()


def test_circles_without_a_gate_are_not_asked_about_people(gate):
    """The person's facts, credit and membership are looked at for gated circles only, and the facts once for all."""
    for number in range(30):
        PostFactory(circle=CircleFactory(), body=f"{number}")
    viewer = UserFactory()
    assert plan(viewer)["Fact"] == 0
    for circle in Circle.objects.all()[:20]:
        gate(circle, "view", {"fact": "student"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE circles_circle, circles_post, circles_viewclause")
    assert plan(viewer)["Fact"] <= 1


def plan(viewer):
    """How often the facts are read by one statement over all posts."""
    import json

    with CaptureQueriesContext(connection):
        text = Post.objects.visible_to(viewer).values("pk").explain(analyze=True, format="json")
    loops = {"Fact": 0}

    def walk(node):
        if node.get("Relation Name") == "accounts_fact":
            loops["Fact"] += node["Actual Loops"]
        for inner in node.get("Plans", []):
            walk(inner)

    walk(json.loads(text)[0]["Plan"])
    return loops

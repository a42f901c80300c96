"""What a person's row says of their facts is what the rows say, whatever happens in whatever order, now and later."""

import os
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts import badges
from accounts.actions import facts
from accounts.models import Fact, FactChange, FactKind, Institution, User
from accounts.passport import passport_of
from core.errors import Invalid
from tests.factories import UserFactory

EXAMPLES = int(os.environ.get("FACT_EXAMPLES", "6"))
BEGINNING = datetime(2026, 11, 22, 12, tzinfo=UTC)
KINDS = (FactKind.STUDENT, FactKind.EMPLOYEE)
LOOKS = [timedelta(), timedelta(hours=1), timedelta(days=3), timedelta(days=40), timedelta(days=4000)]
days = st.integers(-3, 30)


class Orders(RuleBasedStateMachine):
    """Two institutions, an identity document and time, in any order; the model of the truth is the valid rows."""

    @initialize()
    def begin(self):
        self.around = transaction.atomic()
        self.around._from_testcase = True  # undone as a test is, so that actions may begin their own
        self.around.__enter__()
        self.now = BEGINNING
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()
        self.user = UserFactory()
        self.schools = [
            Institution.objects.create(slug=f"school-{number}", kind="school", name=f"学校{number}", is_issuer=True)
            for number in range(2)
        ]

    def teardown(self):
        if hasattr(self, "around"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    @rule(kind=st.sampled_from(KINDS), number=st.integers(0, 1), since=days, until=st.none() | days)
    def grant(self, kind, number, since, until):
        school = self.schools[number]
        with suppress(Invalid):  # it would end before it begins, or leave a gap
            facts.grant(
                user=self.user,
                kind=kind,
                value=school.slug,
                source=Fact.Source.ISSUER,
                institution=school,
                valid_from=self.now + timedelta(days=since),
                valid_until=None if until is None else self.now + timedelta(days=until),
            )

    @rule(number=st.integers(0, 20))
    def revoke(self, number):
        rows = list(Fact.objects.filter(user=self.user).order_by("pk"))
        if rows:
            facts.revoke(fact=rows[number % len(rows)], reason="x")
            self.user.refresh_from_db()

    @rule(years=st.integers(10, 30), gender=st.sampled_from(facts.GENDERS), until=st.none() | st.integers(1, 30))
    def identify(self, years, gender, until):
        facts.grant_from_identity(
            user=self.user,
            born=date(2026 - years, 12, 1),
            gender=gender,
            place="330106",
            until=None if until is None else self.now + timedelta(days=until),
        )

    @rule()
    def take_identity_back(self):
        facts.revoke_from_identity(self.user)

    @rule(number=st.integers(0, 20), place=st.sampled_from(Fact.Shown.values))
    def show(self, number, place):
        rows = list(Fact.objects.filter(user=self.user, revoked_at=None).order_by("pk"))
        if rows:
            facts.show(user=self.user, chosen={rows[number % len(rows)].pk: place})

    @rule(passed=st.integers(1, 20))
    def time_passes(self, passed):
        self.now += timedelta(days=passed)
        self.clock.stop()
        self.clock = time_machine.travel(self.now, tick=False)
        self.clock.start()

    @invariant()
    def the_copy_is_the_rows(self):
        fresh = User.objects.get(pk=self.user.pk)
        assert self.user.held_facts == fresh.held_facts, "the caller's copy is up to date"
        for ahead in LOOKS:
            at = self.now + ahead
            rows = list(Fact.objects.valid(at).filter(user=fresh).select_related("institution"))
            held = {(fact.kind, fact.value) for fact in passport_of(fresh).facts if fact.holds(at)}
            assert held == {(row.kind, row.value) for row in rows}
            shown = {(badge.kind, badge.value) for badge in badges.shown(fresh.badges, at=at)}
            assert shown == {(row.kind, row.value) for row in rows if row.shown != Fact.Shown.NOWHERE}
            beside = {(badge.kind, badge.value) for badge in badges.shown(fresh.badges, in_circles=True, at=at)}
            assert beside == {(row.kind, row.value) for row in rows if row.shown == Fact.Shown.CIRCLES}

    @invariant()
    def history_tells_it_all(self):
        for fact in Fact.objects.filter(user=self.user):
            steps = list(FactChange.objects.filter(fact=fact).order_by("id").values_list("what", flat=True))
            assert steps[0] == "granted"
            assert (steps[-1] == "revoked") == (fact.revoked_at is not None)


@pytest.mark.django_db
def test_whatever_the_order():
    limits = settings(
        max_examples=EXAMPLES,
        stateful_step_count=15,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Orders, settings=limits)

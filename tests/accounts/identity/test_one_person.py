"""Two accounts never share a person: whatever the order, and when things happen at the same moment."""

import os
import random
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.actions import custody, identity
from accounts.identity.sandbox import invented_number
from accounts.models import Hold, IdentityCheck, IdentityState, LegalIdentity, SealedPerson, Try, User
from core.errors import DomainError
from tests.factories import UserFactory

ACCOUNTS, PEOPLE = 3, 3
EXAMPLES = int(os.environ.get("PERSON_EXAMPLES", "12"))
EXPECTED = ("identity_refused", "already_verified", "identity_pending", "already_revoked")
NUMBERS = [invented_number(random.Random(seed)) for seed in range(PEOPLE)]
NAMES = ["林一", "林二", "林三"]
account = st.integers(0, ACCOUNTS - 1)
person = st.integers(0, PEOPLE - 1)


def numbers_behind_accounts():
    """Who stands behind whom, opened: account → number, of all that count as somebody's identity."""
    standing = LegalIdentity.objects.exclude(state=IdentityState.REVOKED)
    return {one.user_id: custody.read(one.sealed_id).number for one in standing}


def check_everything():
    behind = numbers_behind_accounts()
    assert len(set(behind.values())) == len(behind), "two accounts share a person"
    held = dict(Hold.objects.filter(barred_until=None).values_list("owner_id", "number_index"))
    assert set(held) == set(behind), "who is held and who is somebody are the same"
    verified = set(User.objects.exclude(verified_at=None).filter(username__startswith="o").values_list("pk", flat=True))
    valid = set(LegalIdentity.objects.filter(state=IdentityState.VALID).values_list("user_id", flat=True))
    assert verified == valid, "verified accounts and valid identities are the same"
    sealed = set(SealedPerson.objects.values_list("pk", flat=True))
    wanted = set(LegalIdentity.objects.exclude(sealed_id=None).values_list("sealed_id", flat=True))
    wanted |= set(IdentityCheck.objects.exclude(sealed_id=None).values_list("sealed_id", flat=True))
    assert sealed == wanted, "nothing sealed is loose, and nothing that is needed is gone"


class Orders(RuleBasedStateMachine):
    """Verify, review, run out, take back, close, in any order, by three accounts as three people."""

    @initialize()
    def begin(self):
        self.users = [UserFactory(username=f"o{number}", verified_at=None) for number in range(ACCOUNTS)]
        self.boss = UserFactory(username="boss", is_staff=True, verified_at=None)

    def _verify(self, account, name, person):
        Try.objects.all().delete()
        IdentityCheck.objects.update(created_at=timezone.now() - timedelta(days=2))
        user = User.objects.get(pk=self.users[account].pk)
        try:
            identity.verify(user=user, name=name, number=NUMBERS[person])
        except DomainError as error:
            if error.code not in EXPECTED:
                raise

    @rule(account=account, person=person)
    def verify(self, account, person):
        self._verify(account, NAMES[person], person)

    @rule(account=account, person=person)
    def ask_for_review(self, account, person):
        self._verify(account, f"待审{NAMES[person]}", person)

    @rule(account=account, approved=st.booleans())
    def review(self, account, approved):
        check = IdentityCheck.objects.open().filter(user=self.users[account]).first()
        if check is not None:
            (identity.approve if approved else identity.refuse)(check=check, by=self.boss)

    @rule(account=account)
    def run_out(self, account):
        yesterday = timezone.localdate() - timedelta(days=1)
        LegalIdentity.objects.filter(user=self.users[account], state="valid").update(valid_until=yesterday)
        for found in LegalIdentity.objects.filter(user=self.users[account], state="valid"):
            identity.expire(identity=found)

    @rule(account=account)
    def take_back(self, account):
        found = LegalIdentity.objects.filter(user=self.users[account]).exclude(state="revoked").first()
        if found is not None:
            identity.revoke(identity=found, by=self.boss, reason="x")

    @rule(account=account, banned=st.booleans())
    def close(self, account, banned):
        until = timezone.now() + timedelta(days=9) if banned else None
        User.objects.filter(pk=self.users[account].pk).update(banned_until=until)
        identity.release(user=User.objects.get(pk=self.users[account].pk))
        User.objects.filter(pk=self.users[account].pk).update(banned_until=None)

    @rule()
    def tidy(self):
        custody.tidy(now=timezone.now() + timedelta(hours=3))

    @invariant()
    def nobody_is_two(self):
        if hasattr(self, "boss"):
            check_everything()


@pytest.mark.django_db
def test_in_any_order():
    class Undone(Orders):
        def __init__(self):
            super().__init__()
            self.around = transaction.atomic()
            self.around._from_testcase = True  # undone as a test is, so that actions may begin their own
            self.around.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment():
    """Four accounts verify, renew, are taken back and close as two people, all at once."""
    boss = UserFactory(username="boss", is_staff=True, verified_at=None)
    users = [UserFactory(username=f"o{number}", verified_at=None) for number in range(4)]
    start, troubles = threading.Barrier(4), []

    def live(seed):
        pick, user = random.Random(seed), users[seed]
        try:
            start.wait(20)
            for _turn in range(12):
                who = pick.randrange(2)
                Try.objects.all().delete()
                IdentityCheck.objects.filter(user=user).update(created_at=timezone.now() - timedelta(days=2))
                try:
                    deed = pick.randrange(4)
                    mine = LegalIdentity.objects.filter(user=user).exclude(state="revoked").first()
                    if deed < 2 or mine is None:
                        identity.verify(user=User.objects.get(pk=user.pk), name=NAMES[who], number=NUMBERS[who])
                    elif deed == 2:
                        identity.revoke(identity=mine, by=boss, reason="x")
                    else:
                        identity.release(user=User.objects.get(pk=user.pk))
                except DomainError as error:
                    if error.code not in EXPECTED:
                        raise
                behind = numbers_behind_accounts_once()
                assert len(set(behind)) == len(behind)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=live, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    check_everything()
    assert Hold.objects.count() <= 2


def numbers_behind_accounts_once():
    """The indexes of the verified, as one statement sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.number_index FROM accounts_legalidentity l JOIN custody_person p ON p.id = l.sealed_id"
            " WHERE l.state <> 'revoked'"
        )
        return [bytes(index) for (index,) in cursor.fetchall()]

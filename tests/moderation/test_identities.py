"""Nobody sees a legal name without a row in the log."""

import pytest
from django.urls import reverse

from accounts.actions import custody, identity
from accounts.identity.claim import parse
from accounts.models import IdentityCheck, IdentityCheckState, LegalIdentity
from core import crypto
from moderation.actions import identities
from moderation.models import LogEntry, Verb
from tests.factories import UserFactory
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db
NAME, NUMBER = "李小满", "110101190003078880"


@pytest.fixture
def check():
    return pending(UserFactory(verified_at=None))


def pending(user):
    claim = parse(name=NAME, number=NUMBER)
    sealed_id = custody.seal(owner_id=user.pk, claim=claim, index=crypto.slow_index(claim.key))
    return IdentityCheck.objects.create(user=user, provider="sandbox", sealed_id=sealed_id)


def page(check, action):
    return reverse("admin:accounts_identitycheck_moderate", args=[check.pk, action])


def test_queue_and_page_show_no_name(desk, check):
    for url in (
        reverse("admin:accounts_identitycheck_changelist") + "?state__exact=pending",
        reverse("admin:accounts_identitycheck_change", args=[check.pk]),
        page(check, "approve"),
        page(check, "reveal"),
    ):
        response = desk.get(url)
        assert response.status_code == 200
        html = response.content.decode()
        assert check.user.nickname in html
        assert NAME not in html
        assert NUMBER not in html
    assert not LogEntry.objects.exists()


def test_reveal_is_logged_first(desk, check, moderator):
    response = desk.post(page(check, "reveal"), {"confirmed": "1", "reason": "核对"})
    html = response.content.decode()
    assert NAME in html
    assert NUMBER not in html
    assert "no-store" in response.headers["Cache-Control"]
    entry = LogEntry.objects.get()
    assert (entry.actor, entry.verb, entry.reason, entry.subject) == (
        moderator,
        Verb.IDENTITY_REVEAL,
        "核对",
        check.user,
    )
    desk.post(page(check, "reveal"), {"confirmed": "1", "reason": "再核对"})
    assert LogEntry.objects.count() == 2


def test_no_reason_no_name(desk, check):
    response = desk.post(page(check, "reveal"), {"confirmed": "1", "reason": " "})
    assert response.status_code == 422
    assert NAME not in response.content.decode()
    assert not LogEntry.objects.exists()


def test_no_permission_no_queue(bystander, check):
    client = signed_in(bystander)
    assert client.get(reverse("admin:accounts_identitycheck_changelist")).status_code == 403
    for action in ("reveal", "approve", "refuse"):
        assert client.post(page(check, action), {"confirmed": "1", "reason": "x"}).status_code == 403
    check.refresh_from_db()
    assert check.state == IdentityCheckState.PENDING
    assert not LogEntry.objects.exists()


def test_approve(desk, check, moderator):
    response = desk.post(page(check, "approve"), {"confirmed": "1", "reason": "一致"})
    assert response.status_code == 302
    check.refresh_from_db()
    check.user.refresh_from_db()
    assert (check.state, check.decided_by, check.user.is_verified) == (IdentityCheckState.APPROVED, moderator, True)
    assert LegalIdentity.objects.get().user == check.user
    assert list(LogEntry.objects.values_list("verb", "reason")) == [(Verb.IDENTITY_APPROVE, "一致")]
    assert identities.approve(actor=moderator, check=check, reason="一致") is None
    assert desk.post(page(check, "refuse"), {"confirmed": "1", "reason": "x"}).status_code == 422
    assert LogEntry.objects.count() == 1


def test_refuse(desk, check):
    desk.post(page(check, "refuse"), {"confirmed": "1", "reason": "不符"})
    check.refresh_from_db()
    check.user.refresh_from_db()
    assert (check.state, check.user.is_verified) == (IdentityCheckState.REFUSED, False)
    assert check.sealed_id is None
    assert list(LogEntry.objects.values_list("verb", "reason")) == [(Verb.IDENTITY_REFUSE, "不符")]
    assert desk.post(page(check, "reveal"), {"confirmed": "1", "reason": "x"}).status_code == 422


def test_an_identity_taken_is_refused_all_the_same(desk, check):
    taken = UserFactory(verified_at=None)
    identity.verify(user=taken, name=NAME, number=NUMBER)
    response = desk.post(page(check, "approve"), {"confirmed": "1", "reason": "一致"}, follow=True)
    check.refresh_from_db()
    assert check.state == IdentityCheckState.REFUSED
    entry = LogEntry.objects.get()
    assert (entry.verb, entry.details) == (Verb.IDENTITY_REFUSE, {"because": "identity_of_another_account"})
    assert taken.nickname not in response.content.decode()


def test_nobody_decides_about_themselves(moderator):
    own = pending(moderator)
    response = signed_in(moderator).post(page(own, "approve"), {"confirmed": "1", "reason": "一致"})
    assert response.status_code == 422
    own.refresh_from_db()
    assert own.state == IdentityCheckState.PENDING

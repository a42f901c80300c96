"""What time and the team do with an identity: running out, renewing, taking back, closing; and who reads of it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.utils import InternalError
from django.urls import reverse
from django.utils import timezone

from accounts.actions import custody, identity
from accounts.models import Fact, Hold, IdentityEvent, IdentityState, LegalIdentity, SealedPerson, User
from accounts.tasks.identity import watch_identities
from core.errors import DomainError, Refused
from core.models import Job
from notifications.consumers import notify_identity_changed
from notifications.models import Notification
from tests.accounts.identity.conftest import NAME, errors, passport
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
What = IdentityEvent.What


def events(user):
    return list(IdentityEvent.objects.filter(user=user).order_by("pk").values_list("what", flat=True))


def told(user):
    """What stands in the person's inbox, oldest first."""
    for job in Job.objects.filter(handler="notifications.notify_identity_changed").order_by("pk"):
        notify_identity_changed(job, **job.args)
    return [
        line.data["what"] for line in Notification.objects.visible_to(user).filter(data__has_key="what").order_by("pk")
    ]


@pytest.fixture
def traveller(page, user):
    page(document="passport", **passport())
    user.refresh_from_db()
    return user


def at(days):
    day = LegalIdentity.objects.get().valid_until + timedelta(days=days)
    noon = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time())) + timedelta(hours=12)
    return time_machine.travel(noon, tick=False)


def test_asked_in_time_once_a_mark(traveller):
    for days, count in [(-61, 0), (-60, 1), (-30, 1), (-14, 2), (-14, 2), (-3, 3), (0, 3)]:
        with at(days):
            watch_identities(None)
        assert events(traveller).count(What.ASKED) == count, days
    assert User.objects.get(pk=traveller.pk).is_verified
    assert told(traveller) == ["asked"] * 3


def test_a_site_that_slept_asks_once(traveller):
    with at(-2):
        watch_identities(None)
        watch_identities(None)
    assert events(traveller).count(What.ASKED) == 1


def test_run_out(traveller, client):
    assert Fact.objects.valid().filter(user=traveller).exists()
    with at(1):
        watch_identities(None)
        person = User.objects.get(pk=traveller.pk)
        assert not person.is_verified
        assert not Fact.objects.valid().filter(user=traveller).exists()
        assert LegalIdentity.objects.get().state == IdentityState.EXPIRED
        client.force_login(person)
        shown = client.get(reverse("accounts:verify"), headers={"accept-language": "en"}).content.decode()
        assert "Your document has run out" in shown
    # Nobody else takes the place meanwhile.
    assert Hold.objects.get().owner_id == traveller.pk
    assert told(traveller) == ["expired"]


def test_renewing_before_it_runs_out(traveller, page, client):
    first = LegalIdentity.objects.get()
    since = User.objects.get(pk=traveller.pk).verified_at
    with at(-70):
        assert errors(page(document="passport", **passport(number="Z7654321"))) == {"__all__": ["already_verified"]}
    with at(-20):
        until = (timezone.localdate() + timedelta(days=3000)).isoformat()
        new = passport(number="Z7654321", valid_until=until)
        assert page(document="passport", **new).status_code == 302
    renewed = LegalIdentity.objects.get()
    assert (renewed.pk, renewed.valid_until.isoformat(), renewed.asked_for) == (first.pk, until, None)
    assert renewed.sealed_id != first.sealed_id
    assert SealedPerson.objects.get().pk == renewed.sealed_id
    assert Hold.objects.count() == 1
    assert User.objects.get(pk=traveller.pk).verified_at == since
    assert events(traveller) == [What.VERIFIED, What.RENEWED]


def test_an_account_does_not_pass_on_to_somebody_else(traveller, page, number):
    with at(5):
        watch_identities(None)
        for other in (
            {"document": "passport", **passport(number="Q1112223", name="Another Person", valid_until="2033-01-01")},
            {"document": "id_card", "name": NAME, "number": number},
        ):
            assert errors(page(**other)) == {"__all__": ["identity_refused"]}
    assert Hold.objects.get().owner_id == traveller.pk


def test_anew_after_it_ran_out(traveller, page):
    with at(5):
        watch_identities(None)
        until = (timezone.localdate() + timedelta(days=900)).isoformat()
        assert page(document="passport", **passport(number="Q1112223", valid_until=until)).status_code == 302
        assert User.objects.get(pk=traveller.pk).is_verified
        assert LegalIdentity.objects.get().state == IdentityState.VALID


def test_taken_back_by_the_team(page, user, number, client):
    page(name=NAME, number=number)
    boss = UserFactory(is_staff=True, nickname="值班员")
    identity.revoke(identity=LegalIdentity.objects.get(), by=boss, reason="照片是别人的")
    assert not User.objects.get(pk=user.pk).is_verified
    assert not Fact.objects.valid().filter(user=user).exists()
    assert (SealedPerson.objects.count(), Hold.objects.count()) == (0, 0)
    assert told(user) == ["revoked"]
    inbox = client.get("/inbox/", headers={"accept-language": "en"}).content.decode()
    assert "Our team has taken your verification back" in inbox
    shown = client.get(reverse("accounts:privacy"), headers={"accept-language": "en"}).content.decode()
    assert "照片是别人的" in shown
    with pytest.raises(DomainError) as again:
        identity.revoke(identity=LegalIdentity.objects.get(), by=boss, reason="x")
    assert again.value.code == "already_revoked"
    # The person is free for another account, and so is this account for the right person.
    other = UserFactory(verified_at=None)
    identity.verify(user=other, name=NAME, number=number)
    assert errors(page(name=NAME, number=number)) == {"__all__": ["identity_refused"]}


def test_closing_frees_the_person(page, user, number):
    page(name=NAME, number=number)
    identity.release(user=user)
    assert (SealedPerson.objects.count(), Hold.objects.count()) == (0, 0)
    assert not User.objects.get(pk=user.pk).is_verified
    identity.verify(user=UserFactory(verified_at=None), name=NAME, number=number)


def test_closing_drops_what_was_not_decided(page, user, number):
    page(name="待审小明", number=number)
    identity.release(user=user)
    assert not SealedPerson.objects.exists()


def test_who_is_banned_does_not_come_back_under_another_account(page, user, number):
    page(name=NAME, number=number)
    User.objects.filter(pk=user.pk).update(banned_until=timezone.now() + timedelta(days=30))
    user.refresh_from_db()
    identity.release(user=user)
    assert not SealedPerson.objects.exists()
    other = UserFactory(verified_at=None)
    with pytest.raises(Refused) as refused:
        identity.verify(user=other, name=NAME, number=number)
    assert refused.value.code == "identity_refused"
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        custody.tidy(now=timezone.now())
        assert not Hold.objects.exists()
        identity.verify(user=other, name=NAME, number=number)


def test_who_looked(page, user, number, client):
    from moderation.actions import identities

    page(name=NAME, number=number)
    boss = UserFactory(is_staff=True, is_superuser=True, nickname="值班员")
    revealed = identities.reveal(actor=boss, record=LegalIdentity.objects.get(), reason="有人举报冒名")
    assert (revealed.name, revealed.number) == (NAME, f"{number[:6]}{'•' * 10}{number[-2:]}")
    assert NAME not in repr(revealed)
    shown = client.get(reverse("accounts:privacy"), headers={"accept-language": "en"}).content.decode()
    assert "值班员" in shown
    assert "有人举报冒名" in shown
    assert NAME not in shown
    assert number not in shown


def test_what_happened_cannot_be_undone(page, user, number):
    page(name=NAME, number=number)
    for change in (lambda rows: rows.update(reason="x"), lambda rows: rows.delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change(IdentityEvent.objects.all())


def test_the_privacy_page_is_only_ones_own(client, page, user, number):
    page(name=NAME, number=number)
    other = UserFactory()
    client.force_login(other)
    shown = client.get(reverse("accounts:privacy"), headers={"accept-language": "en"}).content.decode()
    assert user.nickname not in shown
    client.logout()
    assert client.get(reverse("accounts:privacy")).status_code == 302


def test_the_privacy_page_costs_the_same_for_much_history(client, page, user, number, django_assert_num_queries):
    page(name=NAME, number=number)
    boss = UserFactory()
    client.get(reverse("accounts:privacy"))

    def cost():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("accounts:privacy"))
        return len(seen)

    IdentityEvent.objects.create(user=user, what=What.LOOKED, actor=boss, reason="x")
    few = cost()
    IdentityEvent.objects.bulk_create(
        [IdentityEvent(user=user, what=What.LOOKED, actor=boss, reason="x") for _ in range(40)]
    )
    assert cost() == few

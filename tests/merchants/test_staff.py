"""Speaking for a merchant is a verified fact."""

import pytest

from accounts.models import Fact, FactKind, User
from accounts.passport import passport_of
from merchants.actions import applications, staff
from merchants.models import Merchant, MerchantState, Staff
from notifications.models import Notification
from tests.factories import UserFactory
from tests.feeds.community import work

pytestmark = pytest.mark.django_db


def holds(user):
    return passport_of(User.objects.get(pk=user.pk)).holds(FactKind.MERCHANT_STAFF, "slow-fire")


def test_whoever_applied_is_staff_once_it_is_verified():
    owner, colleague = UserFactory(), UserFactory()
    merchant = Merchant.objects.create(slug="slow-fire", name="慢火咖啡", licence_number="1" * 18, applied_by=owner)
    assert not holds(owner)
    merchant = applications.approve(merchant=merchant, by=UserFactory())
    assert merchant.state == MerchantState.VERIFIED
    assert holds(owner)
    applications.approve(merchant=merchant, by=UserFactory())
    assert Fact.objects.get().label == "慢火咖啡"
    staff.add(merchant=merchant, user=colleague)
    work()
    assert list(Notification.objects.values_list("kind", flat=True)) == ["fact_granted"] * 2
    staff.remove(merchant=merchant, user=colleague)
    assert (holds(owner), holds(colleague)) == (True, False)
    assert Staff.objects.count() == 1

"""What the night puts right."""

import pytest

from core.jobs import worker
from merchants import tasks
from merchants.actions import fans
from merchants.models import Merchant
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_fan_count_that_is_off_is_put_right(merchant):
    fans.follow(user=UserFactory(), merchant=merchant)
    Merchant.objects.update(fan_count=5)
    tasks.tidy()
    while worker.drain("bulk"):
        pass
    merchant.refresh_from_db()
    assert merchant.fan_count == 1

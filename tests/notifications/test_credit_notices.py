"""A large move of conduct credit is told once, with its reason; small ones and what time does are not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import credit
from accounts.models import CreditKind
from core.jobs import worker
from core.models import Job
from notifications.models import Notification
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your credit went from 680 to 580"), ("zh-hans", "从 680 变为 580")]
)
def test_a_large_move_is_told(client, language, words):
    joined = timezone.now() - timedelta(days=400)
    person = UserFactory(date_joined=joined, verified_at=joined)
    credit.recompute(after=person.pk - 1, until=person.pk)
    credit.record(user=person, kind=CreditKind.SILENCE, key="log:1", note="吵架", place="手冲咖啡")
    credit.record(user=person, kind=CreditKind.COMMENT_REMOVED, key="log:2", note="骂人")
    for _again in range(2):
        Job.objects.filter(queue="notify").update(run_after=timezone.now() - timedelta(hours=1))
        worker.drain("notify")
    line = Notification.objects.get(recipient=person)
    assert (line.kind, line.detail) == ("credit", "吵架")
    client.force_login(person)
    text = client.get("/inbox/", headers={"accept-language": language}).content.decode()
    assert words in text
    assert "吵架" in text

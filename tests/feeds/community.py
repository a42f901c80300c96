"""A small community made by the real actions, and its workers run on the spot."""

import uuid
from datetime import UTC, datetime

from accounts.backends import AuthenticationBackend
from circles.actions import memberships, posts
from circles.cards import Html
from circles.models import Circle, Post
from core.jobs import worker
from core.jobs.models import Job, JobState
from feeds import queries
from merchants.actions import announcements
from merchants.models import Merchant, MerchantState, Staff
from tests.factories import CircleFactory, UserFactory

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
QUEUES = ("notify", "fanout", "media", "bulk")


def work() -> None:
    """Run all jobs that wait, and those they make."""
    while True:
        # Inside a test's transaction the clock of Postgres stands still, and jobs written since seem not to be due.
        Job.objects.filter(state=JobState.WAITING).update(run_after=LONG_AGO)
        if not sum(worker.drain(queue) for queue in QUEUES):
            break
    assert not Job.objects.exclude(error="").exists(), list(
        Job.objects.exclude(error="").values_list("error", flat=True)
    )


def join(circle: Circle, *people):
    for person in people:
        memberships.join(user=person, circle=circle)


def member_of(circle: Circle, **values):
    person = UserFactory(**values)
    join(circle, person)
    return person


def publish(author, circle: Circle, body: str = "你好") -> Post:
    return posts.publish(author=author, circle=circle, key=uuid.uuid4(), body=body)


def verified_merchant(name: str = "青禾书店") -> Merchant:
    owner = UserFactory()
    circle = CircleFactory(owner=owner, name=name, kind="merchant")
    merchant = Merchant.objects.create(
        slug=f"merchant-{circle.pk}",
        name=name,
        licence_number=f"{circle.pk:018}",
        state=MerchantState.VERIFIED,
        circle=circle,
        applied_by=owner,
    )
    Staff.objects.create(merchant=merchant, user=owner)
    return merchant


def announce(merchant: Merchant, body: str = "新品上架"):
    return announcements.publish(author=merchant.applied_by, merchant=merchant, key=uuid.uuid4(), body=body)


def home_page(viewer, *args, **options):
    """Home as programs read it. Pages find it by statements of their own, one for who keeps a distance to somebody and
    one for all others: each must show the same."""
    page = queries.home_page(viewer, *args, **options)
    for reader in (viewer, AuthenticationBackend().get_user(viewer.pk)):
        html = queries.home_page(reader, *args, **options, shape=Html())
        assert [card.post_id for card in html.items] == [card.post_id for card in page.items]
        assert html.next_cursor == page.next_cursor
    return page

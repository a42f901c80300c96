"""A circle gets another owner: by two confirmations, by name, by vote, by the team."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions import handing_over, succession
from circles.models import Circle, Membership, Offer, Role, Succession, SuccessionVote
from circles.tasks.nightly import look_for_owners
from core.errors import DomainError
from core.models import Job
from tests.circles.test_races import at_once
from tests.factories import CircleFactory, MembershipFactory, UserFactory
from tests.feeds.community import work
from tests.moderation.conftest import signed_in

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=200)


@pytest.fixture
def circle():
    return CircleFactory(slug="salon")


def member_of(circle, **fields):
    return MembershipFactory(circle=circle, joined_at=LONG_AGO, **fields).user


def gone(circle):
    type(circle.owner).objects.filter(pk=circle.owner_id).update(last_seen_at=LONG_AGO)
    circle.owner.refresh_from_db()
    return succession.begin(circle=circle, now=timezone.now())


def due(row):
    Succession.objects.filter(pk=row.pk).update(turns_at=timezone.now() - timedelta(seconds=1))
    return succession.advance(succession=row, now=timezone.now())


def code_of(act):
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def owner_of(circle):
    return Circle.objects.get(pk=circle.pk).owner


def test_it_takes_two(circle):
    heir, former = member_of(circle), circle.owner
    signed_in(former).post("/circles/salon/hand-over/", {"to": heir.nickname})
    assert owner_of(circle) == former
    work()
    client = signed_in(heir)
    assert "take over" in client.get("/inbox/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert signed_in(member_of(circle)).get("/circles/salon/offer/").status_code == 404
    client.post("/circles/salon/offer/", {"accept": "1"})
    assert owner_of(circle) == heir
    assert Membership.objects.get(circle=circle, user=former).role == Role.ADMIN
    assert Membership.objects.get(circle=circle, user=heir).role == Role.OWNER


def test_declined_withdrawn_or_lapsed_changes_nothing(circle):
    heir = member_of(circle)
    made = handing_over.offer(owner=circle.owner, circle=circle, to=heir)
    signed_in(heir).post("/circles/salon/offer/", {"decline": "1"})
    assert handing_over.accept(user=heir, offer=made) is False
    made = handing_over.offer(owner=circle.owner, circle=circle, to=heir)
    handing_over.withdraw(owner=circle.owner, circle=circle)
    assert handing_over.accept(user=heir, offer=made) is False
    made = handing_over.offer(owner=circle.owner, circle=circle, to=heir)
    Offer.objects.filter(pk=made.pk).update(lapses_at=timezone.now())
    assert handing_over.accept(user=heir, offer=made) is False
    assert owner_of(circle) == circle.owner
    assert code_of(lambda: handing_over.offer(owner=circle.owner, circle=circle, to=UserFactory())) == "no_member"


def test_notice_then_the_named_one_then_a_vote(circle):
    named, other, voter = member_of(circle), member_of(circle), member_of(circle)
    handing_over.name_successors(owner=circle.owner, circle=circle, people=[named])
    row = gone(circle)
    assert succession.begin(circle=circle, now=timezone.now()) is None
    assert succession.advance(succession=row, now=timezone.now()) == "notice"
    assert due(row) == "offered"
    handing_over.decline(user=named, offer=Offer.objects.get(to=named))
    assert due(row) == "vote"
    client = signed_in(other)
    client.post("/circles/salon/next-owner/", {"stand": "1", "statement": "我来"})
    [candidacy] = row.candidacies.all()
    for nobody in ("", "²", "9" * 5000):
        assert signed_in(voter).post("/circles/salon/next-owner/", {"candidacy": nobody}).status_code == 422
    for person in (voter, voter, other):
        signed_in(person).post("/circles/salon/next-owner/", {"candidacy": candidacy.pk})
    assert SuccessionVote.objects.count() == 2
    late = MembershipFactory(circle=circle).user
    assert code_of(lambda: succession.vote(user=late, candidacy=candidacy)) == "too_new"
    assert due(row) == "ended"
    candidacy.refresh_from_db()
    assert (owner_of(circle), candidacy.votes, SuccessionVote.objects.count()) == (other, 2, 0)
    assert Membership.objects.get(circle=circle, user=circle.owner).role == Role.MEMBER
    work()
    assert "You own" in client.get("/inbox/", HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_of_equals_who_has_been_there_for_longest(circle):
    young = MembershipFactory(circle=circle, joined_at=LONG_AGO + timedelta(days=1)).user
    old = member_of(circle)
    row = gone(circle)
    due(row)
    for person in (young, old):
        mine = succession.stand(user=person, succession=row, statement="")
        succession.vote(user=person, candidacy=mine)
    assert due(row) == "ended"
    assert owner_of(circle) == old


def test_nobody_stood_so_the_team_decides(circle):
    heir = member_of(circle)
    row = gone(circle)
    due(row)
    assert due(row) == "team"
    desk = signed_in(UserFactory(is_staff=True, is_superuser=True))
    url = f"/admin/circles/succession/{row.pk}/moderate/appoint/"
    assert desk.post(url, {"confirmed": "1", "reason": "推荐", "nickname": "没有这个人"}).status_code == 422
    desk.post(url, {"confirmed": "1", "reason": "推荐", "nickname": heir.nickname})
    assert owner_of(circle) == heir


def test_the_owner_comes_back(circle):
    row = gone(circle)
    type(circle.owner).objects.filter(pk=circle.owner_id).update(last_seen_at=timezone.now())
    assert due(row) == "returned"
    circle.refresh_from_db()
    assert (circle.vacancy, owner_of(circle)) == ("", circle.owner)


def test_the_hourly_job_finds_them(circle):
    CircleFactory()
    type(circle.owner).objects.filter(pk=circle.owner_id).update(last_seen_at=LONG_AGO)
    job = Job(progress=None)
    while (
        job_progress := look_for_owners.run(job) if hasattr(look_for_owners, "run") else look_for_owners(job)
    ) is not None:
        job.progress = job_progress
    assert Succession.objects.get().circle == circle


@pytest.mark.django_db(transaction=True)
def test_handed_over_once():
    circle = CircleFactory()
    heir = member_of(circle)
    made = handing_over.offer(owner=circle.owner, circle=circle, to=heir)
    found = at_once(
        *[lambda: handing_over.accept(user=heir, offer=made) for _ in range(3)],
        lambda: handing_over.decline(user=heir, offer=made),
    )
    assert sum(map(bool, found)) == 1
    assert circle.memberships.filter(role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_one_vote():
    circle = CircleFactory()
    voter = member_of(circle)
    people = [member_of(circle) for _ in range(2)]
    row = gone(circle)
    due(row)
    stood = [succession.stand(user=person, succession=row, statement="") for person in people]
    at_once(*[lambda n=n: succession.vote(user=voter, candidacy=stood[n % 2]) for n in range(6)])
    assert SuccessionVote.objects.filter(voter=voter).count() == 1

"""Polls: one person, one vote; results when the author lets them be seen; closing by itself."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from circles import consumers, personal_data
from circles.actions import gates, polls, posts
from circles.gates.language import parse
from circles.kinds import Composition, PollSpec
from circles.models import Ballot, Poll, Post
from core.errors import Invalid, Refused
from core.models import Job
from tests.factories import CircleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(circle=None, **spec):
    circle = circle or CircleFactory()
    what = Composition(kind="poll", title="春游去哪里？", poll=PollSpec(**{"options": ("山", "海", "湖"), **spec}))
    return posts.compose(author=circle.owner, circle=circle, key=uuid.uuid4(), what=what)


def counts(post):
    return [Poll.objects.get(pk=post.pk).voter_count, *post.poll.options.values_list("vote_count", flat=True)]


@pytest.fixture
def voter(client):
    person = UserFactory()
    client.force_login(person)
    return person


def vote(client, post, *choices, **headers):
    return client.post(f"/posts/{post.pk}/vote/", {f"choice-{post.pk}": choices}, headers=headers)


def test_voting_from_the_card_and_changing_ones_mind(client, voter):
    post = ask()
    page = client.get(post.get_absolute_url()).content.decode()
    assert "0%" not in page
    assert "results after your vote" in page

    answer = vote(client, post, "1", **{"HX-Request": "true"}).content.decode()
    assert "100%" in answer
    assert 'aria-pressed="true"' in answer
    assert vote(client, post, "0").status_code == 302
    assert counts(post) == [1, 1, 0, 0]
    client.post(f"/posts/{post.pk}/vote/?back=1")
    assert counts(post) == [0, 0, 0, 0]
    assert not Ballot.objects.exists()


def test_a_vote_that_stands(client, voter):
    post = ask(allows_change=False)
    vote(client, post, "1")
    assert vote(client, post, "1").status_code == 302  # the same again
    assert vote(client, post, "2").status_code == 403
    assert counts(post) == [1, 0, 1, 0]


@pytest.mark.parametrize("choices", [(), ("7",), ("0", "1"), ("x",)])
def test_what_is_no_vote(client, voter, choices):
    post = ask()
    assert vote(client, post, *choices).status_code == 400
    assert counts(post) == [0, 0, 0, 0]


def test_several_choices_count_one_voter():
    post, person = ask(allows_many=True), UserFactory()
    polls.vote(user=person, post=post, choices=[2, 0, 0])
    polls.vote(user=person, post=post, choices=[1, 2])
    assert counts(post) == [1, 0, 1, 1]


def test_who_may_not_vote():
    circle = CircleFactory()
    post = ask(circle)
    gates.set_gate(actor=circle.owner, circle=circle, action="comment", rule=parse({"version": 1, "role": "member"}))
    people = {
        "not_verified": UserFactory(verified_at=None),
        "gate_closed": UserFactory(),
        "circle_banned": MembershipFactory(circle=circle, state="banned").user,
    }
    for code, person in people.items():
        with pytest.raises(Refused) as refusal:
            polls.vote(user=person, post=Post.objects.get(pk=post.pk), choices=[0])
        assert refusal.value.code == code
    assert counts(post) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("results", "before", "after", "closed"),
    [("always", True, True, True), ("voted", False, True, True), ("closed", False, False, True)],
)
def test_results_are_shown_when_the_author_said(client, voter, results, before, after, closed):
    post = ask(results=results)
    polls.vote(user=UserFactory(), post=post, choices=[0])

    def seen():
        pages = (client.get(f"/circles/{post.circle.slug}/"), client.get(f"/api/v1/posts/{post.pk}/"))
        card, (option, *_) = pages[0].content.decode(), pages[1].json()["poll"]["options"]
        assert ("%</span>" in card or "%<" in card) == (option["vote_count"] is not None)
        return option["vote_count"] is not None

    assert seen() is before
    vote(client, post, "1")
    assert seen() is after
    polls.close(actor=post.author, post=post)
    assert seen() is closed


def test_closing_by_itself_tells_the_voters(client, voter, jobs):
    closes_at = timezone.now() + timedelta(hours=1)
    post = ask(closes_at=closes_at)
    assert Job.objects.get(handler="circles.close_poll").run_after == closes_at
    vote(client, post, "1")
    jobs()

    polls.close_due(post_id=post.pk, now=timezone.now())
    assert jobs() == []  # too early
    for _twice in range(2):
        polls.close_due(post_id=post.pk, now=closes_at)
    assert jobs() == ["notifications.notify_poll_closed"]
    assert vote(client, post, "2").status_code == 403
    assert counts(post) == [1, 0, 1, 0]


def test_only_its_author_closes_it(client, voter):
    post = ask()
    assert client.post(f"/posts/{post.pk}/close-poll/").status_code == 403
    client.force_login(post.author)
    assert client.post(f"/posts/{post.pk}/close-poll/").status_code == 302
    assert Poll.objects.get().closed_at is not None


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"options": ("一",)}, "options"),
        ({"options": ("一", " 一 ")}, "options"),
        ({"options": [str(n) for n in range(11)]}, "options"),
        ({"options": ("一", "长" * 61)}, "options"),
        ({"closes_at": timezone.now() - timedelta(minutes=1)}, "closes_at"),
        ({"results": "never"}, "results"),
    ],
)
def test_polls_that_cannot_be(spec, field):
    with pytest.raises(Invalid) as refusal:
        ask(**spec)
    assert refusal.value.field == field
    assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_votes_at_the_same_time_are_one():
    post, person = ask(), UserFactory()
    start, failed = threading.Barrier(4), []

    def press(choice):
        try:
            start.wait()
            polls.vote(user=person, post=post, choices=[choice])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(choice % 2,)) for choice in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Ballot.objects.count() == 1
    voters, *votes = counts(post)
    assert (voters, sum(votes)) == (1, 1)


def test_who_comes_back_under_another_account_still_has_one_vote():
    """The vote goes with the account, while it counts for something; what was decided stays as it was."""
    running, over, person = ask(), ask(), UserFactory()
    for post in (running, over):
        polls.vote(user=person, post=post, choices=[1])
        polls.vote(user=UserFactory(), post=post, choices=[2])
    polls.close(actor=over.author, post=over)
    personal_data.erase(person, keep_words=True)
    assert counts(running) == [1, 0, 0, 1]
    assert counts(over) == [2, 0, 1, 1]
    assert not Ballot.objects.filter(voter=person).exists()
    polls.vote(user=UserFactory(), post=running, choices=[1])  # the same person, verified anew
    assert counts(running) == [2, 0, 1, 1]


def test_votes_go_with_a_verification_that_was_taken_back():
    post, kept, gone = ask(), UserFactory(), UserFactory()
    for person in (kept, gone):
        polls.vote(user=person, post=post, choices=[0])
    type(gone).objects.filter(pk=gone.pk).update(verified_at=None)
    for person in (kept, gone):
        consumers.take_votes_back(None, user_id=person.pk, what="revoked")
        consumers.take_votes_back(None, user_id=person.pk, what="revoked")
    assert counts(post) == [1, 1, 0, 0]

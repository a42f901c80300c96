"""Polls: one verified person, one vote, and nobody sees whose."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.actions import gates, reach
from circles.events import PollClosed
from circles.kinds import PollSpec
from circles.models import Ballot, GateAction, Membership, Poll, PollOption, Post
from core.counters import move, move_all
from core.errors import Invalid, NotFound, Refused
from core.events import record
from core.jobs import enqueue

EARLY = timedelta(minutes=5)
"""The clocks of Postgres and of a worker may differ by this; a job that comes earlier still was not meant."""


def create(*, post: Post, spec: PollSpec) -> Poll:
    """Give a post that was just made its poll; it closes by a job. Call it in the transaction of the action."""
    poll = Poll.objects.create(
        post=post,
        allows_many=spec.allows_many,
        allows_change=spec.allows_change,
        results=spec.results,
        closes_at=spec.closes_at,
    )
    _write_options(poll, spec)
    if spec.closes_at is not None:
        _plan_closing(poll)
    return poll


def change(*, post: Post, spec: PollSpec) -> Poll:
    """Make it another poll, with nobody's vote: for one that nobody has seen yet. Locks the poll. Call it in the
    transaction of the action that asked `rules.can_change_poll` of the locked post."""
    poll = _locked(post.pk)
    ends_anew = spec.closes_at is not None and spec.closes_at != poll.closes_at
    poll.allows_many, poll.allows_change, poll.results = spec.allows_many, spec.allows_change, spec.results
    poll.closes_at, poll.closed_at = spec.closes_at, None
    poll.save(update_fields=["allows_many", "allows_change", "results", "closes_at", "closed_at"])
    poll.options.all().delete()
    _write_options(poll, spec)
    if ends_anew:
        _plan_closing(poll)
    return poll


def vote(*, user: User, post: Post, choices: Sequence[int]) -> Poll:
    """Make `choices` (positions of options) this person's vote; none takes it back. The same again changes nothing.

    Locks the poll; moves the counts. Raises `Refused` (codes of `rules.can_vote`, `blocked`, poll_over, vote_stands),
    `Invalid` (unknown_option, one_option) and `NotFound` (no_poll).
    """
    rules.can_write(user).require()
    chosen = sorted(set(choices))
    with transaction.atomic():
        fresh = Post.objects.select_related("circle").get(pk=post.pk)
        person = gates.person_for(GateAction.COMMENT, user=user, circle=fresh.circle)
        membership = Membership.objects.filter(user_id=user.pk, circle_id=fresh.circle_id).first()
        rules.can_vote(person, fresh, membership).require()
        reach.require(user=user, post=fresh, answering=False)
        poll = _locked(post.pk)
        if poll.is_over():
            raise Refused("poll_over", _("This poll is over."))
        ballot = Ballot.objects.filter(poll=poll, voter=user).first()
        before = ballot.choices if ballot is not None else []
        if chosen == before:
            return poll
        _require_fitting(poll, chosen)
        if before and not poll.allows_change:
            raise Refused("vote_stands", _("A vote cannot be changed in this poll."))
        if not chosen:
            Ballot.objects.filter(poll=poll, voter=user).delete()
        elif ballot is None:
            Ballot.objects.create(poll=poll, voter=user, choices=chosen)
        else:
            Ballot.objects.filter(pk=ballot.pk).update(choices=chosen, cast_at=timezone.now())
        _count(poll, set(before) - set(chosen), -1)
        _count(poll, set(chosen) - set(before), +1)
        if bool(chosen) != bool(before):
            move(Poll, poll.pk, voter_count=1 if chosen else -1)
    return poll


def take_back(*, user: User) -> int:
    """Take this person's votes out of the polls that run; returns of how many. Locks each poll.

    Who is not verified under this account any more may be under another one tomorrow, and has one vote. What was
    decided stays counted.
    """
    with transaction.atomic():
        running = Ballot.objects.filter(voter=user, poll__closed_at=None).order_by("poll_id")
        return sum([_take_back(user, poll_id) for poll_id in running.values_list("poll_id", flat=True)])


def _take_back(user: User, poll_id: int) -> bool:
    poll = _locked(poll_id)
    ballot = Ballot.objects.filter(poll=poll, voter=user).first()
    if ballot is None or poll.is_over():
        return False
    ballot.delete()
    _count(poll, set(ballot.choices), -1)
    move(Poll, poll.pk, voter_count=-1)
    return True


def close(*, actor: User, post: Post) -> None:
    """End the poll before its time, or one without; idempotent. Raises `Refused`: codes of `rules.can_run`; `NotFound`
    no_poll."""
    with transaction.atomic():
        rules.can_run(actor, post).require()
        _close(_locked(post.pk))


def close_due(*, post_id: int, now: datetime) -> None:
    """End the poll if its time has come; idempotent."""
    with transaction.atomic():
        poll = Poll.objects.select_for_update(no_key=True).filter(pk=post_id).first()
        if poll is not None and poll.closes_at is not None and poll.closes_at <= now + EARLY:
            _close(poll)


def _write_options(poll: Poll, spec: PollSpec) -> None:
    PollOption.objects.bulk_create(
        PollOption(poll=poll, position=position, text=text) for position, text in enumerate(spec.options)
    )


def _plan_closing(poll: Poll) -> None:
    """The job looks at what holds by then: one planned for another end does nothing."""
    enqueue("circles.close_poll", run_after=poll.closes_at, post_id=poll.pk)


def _close(poll: Poll) -> None:
    if poll.closed_at is not None:
        return
    poll.closed_at = timezone.now()
    poll.save(update_fields=["closed_at"])
    Post.objects.filter(pk=poll.pk).update(version=F("version") + 1)
    record(PollClosed(post_id=poll.pk))


def _locked(post_id: int) -> Poll:
    poll = Poll.objects.select_for_update(no_key=True).filter(pk=post_id).first()
    if poll is None:
        raise NotFound("no_poll", _("There is no poll here."))
    return poll


def _require_fitting(poll: Poll, chosen: list[int]) -> None:
    if len(chosen) > 1 and not poll.allows_many:
        raise Invalid("one_option", _("Choose one option."), field="choices")
    if PollOption.objects.filter(poll=poll, position__in=chosen).count() < len(chosen):
        raise Invalid("unknown_option", _("There is no such option."), field="choices")


def _count(poll: Poll, positions: set[int], change: int) -> None:
    if positions:
        move_all(PollOption.objects.filter(poll=poll, position__in=positions), vote_count=change)

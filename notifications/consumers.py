"""What reaches people when something happens in circles, with merchants and in moderation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from circles.models import MemberNotice, Membership, Post, SuccessionState
from core.jobs import enqueue, job
from core.jobs.queue import enqueue_many
from core.models import Job
from core.prepared import Prepared, among
from merchants.models import Announcement
from notifications.actions import digests, outgoing, sending, tell, tell_circles, tell_days
from notifications.actions.broadcast import broadcast
from notifications.models import Channel, Kind
from notifications.queries import hearing_all
from notifications.ranges import NO_END, ranges

RANGE_SIZE = 500
"""People one range job tells: each has an inbox to be locked."""
SEND_ATTEMPTS = 40
"""With the backoff of jobs some hours, in which a mail server may be away."""
TURN_SECONDS = 0.8
"""How long a range of an announcement sends before other work gets its turn."""


@job(queue="notify", together=True)
def notify_mentions_in_post(jobs: Sequence[Job], *, post_id: list[int]) -> None:
    tell.mentions_in_posts(post_id)


@job(queue="notify", together=True)
def notify_new_post(jobs: Sequence[Job], *, post_id: list[int]) -> None:
    """Hand those who asked for every post of the circle to range jobs; a handful is told on the spot, where there is
    but one post to tell of: inboxes are locked in the order of people, and that of two posts' would be another."""
    asked_by = dict(zip(post_id, jobs, strict=True))
    heard = _heard(posts=post_id)
    for post, circle in heard:
        found = ranges(hearing_all(circle), "user_id", size=RANGE_SIZE)
        if len(found) == len(heard) == 1:
            tell.new_post(post_id=post, after=0, until=NO_END)
        else:
            enqueue_many(
                "notifications.notify_new_post_to_range",
                [{"post_id": post, "after": after, "until": until} for after, until in found],
                parent_id=asked_by[post].pk,
            )


_heard = Prepared(
    lambda any_: (
        Post.objects.filter(Exists(hearing_all(OuterRef("circle"))), pk__in=among(any_.posts))
        .order_by("pk")
        .values_list("pk", "circle")
    ),
    "posts",
)
"""Those posts of whose circles anybody asked for every post."""


@job(queue="bulk")
def notify_new_post_to_range(job: Job, *, post_id: int, after: int, until: int) -> None:
    tell.new_post(post_id=post_id, after=after, until=until)


@job(queue="notify")
def notify_like(job: Job, *, post_id: int, user_id: int) -> None:
    tell.like(post_id=post_id, user_id=user_id)


@job(queue="notify")
def notify_comment_like(job: Job, *, comment_id: int, user_id: int) -> None:
    tell.comment_like(comment_id=comment_id, user_id=user_id)


@job(queue="notify", together=True)
def notify_comment(jobs: Sequence[Job], *, comment_id: list[int]) -> None:
    tell.comments(comment_id)


@job(queue="notify")
def broadcast_announcement(job: Job, *, announcement_id: int) -> None:
    """Into every fan's inbox by one row; who wants more than that is found by a plan of its own."""
    if broadcast(announcement_id=announcement_id):
        enqueue("notifications.plan_announcement", announcement_id=announcement_id)


@job(queue="bulk")
def plan_announcement(job: Job, *, announcement_id: int) -> None:
    announcement = Announcement.objects.filter(pk=announcement_id).first()
    if announcement is not None:
        outgoing.plan_announcement(announcement=announcement, parent_id=job.pk)


@job(queue="bulk", transactional=False, stepwise=True, max_attempts=SEND_ATTEMPTS)
def send_announcement(job: Job, *, announcement_id: int, channel: str, after: int, until: int) -> dict[str, int] | None:
    """Write what is to be sent to a range of fans, then send it, TURN_SECONDS a step.

    Going on after a kill sends nothing that is marked. A new attempt begins anew with what is left.
    """
    announcement = Announcement.objects.filter(pk=announcement_id).first()
    if announcement is None:
        return None
    progress: dict[str, int] = job.progress or {}
    if progress.get("attempt") != job.attempts:
        progress = {"attempt": job.attempts, "after": after, "failed": 0}
        outgoing.announce_to_range(announcement=announcement, channel=Channel(channel), after=after, until=until)
    key = outgoing.announcement_key(announcement)
    with sending.Postman() as postman:
        last = postman.send_all(
            sending.waiting(key=key, channel=channel, recipient_id__gt=progress["after"], recipient_id__lte=until),
            seconds=TURN_SECONDS,
        )
    failed = progress["failed"] + postman.failed
    if last is not None:
        return {**progress, "after": last.recipient_id, "failed": failed}
    if failed:
        raise sending.NotSent(f"{failed} could not be sent")
    return None


# Not in "notify": a mail server that is slow to answer must not hold up anybody's inbox.
@job(queue="media", transactional=False, max_attempts=SEND_ATTEMPTS)
def send_notification(job: Job, *, recipient_id: int, key: str, channel: str) -> None:
    _send(recipient_id=recipient_id, key=key, channel=channel)


@job(queue="bulk", transactional=False, max_attempts=SEND_ATTEMPTS)
def send_deliveries(job: Job, *, ids: list[int]) -> None:
    _send(pk__in=ids)


@job(queue="bulk")
def plan_digests(job: Job, *, slot: str) -> None:
    digests.plan(slot=datetime.fromisoformat(slot), parent_id=job.pk)


@job(queue="bulk", transactional=False, max_attempts=SEND_ATTEMPTS)
def send_digests(job: Job, *, slot: str, after: int, until: int) -> None:
    failed = digests.send_to_range(slot=datetime.fromisoformat(slot), after=after, until=until)
    if failed:
        raise sending.NotSent(f"{failed} could not be sent")


@job(queue="bulk")
def release_due_deliveries(job: Job) -> None:
    if outgoing.release_due(now=timezone.now()):
        enqueue("notifications.release_due_deliveries")


@job(queue="bulk")
def purge_old_deliveries(job: Job) -> None:
    outgoing.purge(now=timezone.now())


def _send(**where: Any) -> None:
    """Send what waits among these. Raises NotSent, for the job to be tried again, when some could not be."""
    with sending.Postman() as postman:
        postman.send_all(sending.waiting(**where))
    if postman.failed:
        raise sending.NotSent(f"{postman.failed} could not be sent")


@job(queue="notify")
def notify_post_hidden(job: Job, *, post_id: int, log_entry_id: int) -> None:
    tell.decision(post_id=post_id, log_entry_id=log_entry_id, kind=Kind.POST_HIDDEN)


@job(queue="notify")
def notify_fact_granted(job: Job, *, change_id: int) -> None:
    tell.fact_granted(change_id=change_id)


@job(queue="notify")
def notify_fact_revoked(job: Job, *, change_id: int) -> None:
    tell.fact_revoked(change_id=change_id)


@job(queue="notify")
def notify_fact_expiring(job: Job, *, fact_id: int) -> None:
    tell.fact_expiring(fact_id=fact_id)


@job(queue="notify")
def notify_identity_changed(job: Job, *, user_id: int, what: str) -> None:
    tell.identity_changed(user_id=user_id, what=what, key=f"identity:{job.pk}")


@job(queue="notify")
def notify_post_restored(job: Job, *, post_id: int, log_entry_id: int) -> None:
    tell.decision(post_id=post_id, log_entry_id=log_entry_id, kind=Kind.POST_RESTORED)


@job(queue="notify")
def notify_credit_changed(job: Job, *, user_id: int, change_id: int) -> None:
    tell.credit_changed(change_id=change_id)


@job(queue="notify")
def notify_pseudonym_opened(job: Job, *, opening_id: int) -> None:
    tell.pseudonym_opened(opening_id=opening_id)


@job(queue="notify")
def notify_follow(job: Job, *, follower_id: int, followed_id: int) -> None:
    tell.follow(follower_id=follower_id, followed_id=followed_id)


@job(queue="notify")
def notify_answer_accepted(job: Job, *, post_id: int, comment_id: int) -> None:
    tell.accepted(post_id=post_id, comment_id=comment_id)


@job(queue="notify")
def notify_poll_closed(job: Job, *, post_id: int) -> None:
    found = ranges(tell.poll_voters(post_id), "voter_id", size=RANGE_SIZE) or [(0, NO_END)]
    for after, until in found:
        enqueue("notifications.notify_voters", parent_id=job.pk, post_id=post_id, after=after, until=until)


@job(queue="notify")
def notify_voters(job: Job, *, post_id: int, after: int, until: int) -> None:
    tell.poll_closed(post_id=post_id, after=after, until=until)


@job(queue="notify")
def notify_event_news(job: Job, *, post_id: int, what: str) -> None:
    for after, until in ranges(tell.participants(post_id), "person_id", size=RANGE_SIZE):
        enqueue(
            "notifications.notify_participants",
            parent_id=job.pk,
            post_id=post_id,
            what=what,
            key=f"event:{post_id}:{job.pk}",
            after=after,
            until=until,
        )


@job(queue="notify")
def notify_participants(job: Job, *, post_id: int, what: str, key: str, after: int, until: int) -> None:
    tell.event_news(post_id=post_id, what=what, key=key, after=after, until=until)


@job(queue="notify")
def notify_place_freed(job: Job, *, post_id: int, user_id: int) -> None:
    tell.place_freed(post_id=post_id, user_id=user_id, key=f"place:{job.pk}")


@job(queue="notify")
def notify_draft_not_published(job: Job, *, draft_id: str, user_id: int) -> None:
    tell.draft_not_published(draft_id=draft_id, user_id=user_id, key=f"draft:{job.pk}")


@job(queue="notify")
def notify_founding_decided(job: Job, *, founding_id: int) -> None:
    tell_circles.founding_decided(founding_id=founding_id)


@job(queue="notify")
def notify_join_requested(job: Job, *, request_id: int) -> None:
    tell_circles.join_requested(request_id=request_id)


@job(queue="notify")
def notify_join_decided(job: Job, *, request_id: int) -> None:
    tell_circles.join_decided(request_id=request_id)


@job(queue="notify")
def notify_member_concerned(job: Job, *, deed_id: int) -> None:
    tell_circles.member_concerned(deed_id=deed_id)


@job(queue="notify")
def notify_circle_offered(job: Job, *, offer_id: int) -> None:
    tell_circles.circle_offered(offer_id=offer_id)


@job(queue="notify")
def notify_offer_answered(job: Job, *, offer_id: int) -> None:
    tell_circles.offer_answered(offer_id=offer_id)


@job(queue="notify")
def notify_succession_moved(job: Job, *, succession_id: int, state: str) -> None:
    """Hand the members to range jobs where they are to vote; each has an inbox to be locked."""
    tell_circles.succession_moved(succession_id=succession_id, state=state)
    if state == SuccessionState.VOTE:
        members = Membership.objects.active().filter(circle__successions=succession_id)
        enqueue_many(
            "notifications.notify_vote_to_range",
            [
                {"succession_id": succession_id, "after": after, "until": until}
                for after, until in ranges(members, "user_id", size=RANGE_SIZE)
            ],
            parent_id=job.pk,
        )


@job(queue="bulk")
def notify_vote_to_range(job: Job, *, succession_id: int, after: int, until: int) -> None:
    tell_circles.members_of_vote(succession_id=succession_id, after=after, until=until)


@job(queue="notify")
def notify_medal_given(job: Job, *, award_id: int, at: str) -> None:
    tell_days.medal_given(award_id=award_id, at=at)


@job(queue="notify")
def notify_medal_taken(job: Job, *, award_id: int, at: str, reason: str) -> None:
    tell_days.medal_taken(award_id=award_id, at=at, reason=reason)


@job(queue="notify")
def notify_goal_reached(job: Job, *, goal_id: int) -> None:
    """Hand those who gave something to range jobs; each has an inbox to be locked."""
    enqueue_many(
        "notifications.notify_givers",
        [
            {"goal_id": goal_id, "after": after, "until": until}
            for after, until in ranges(tell_days.givers(goal_id), "user_id", size=RANGE_SIZE)
        ],
        parent_id=job.pk,
    )


@job(queue="bulk")
def notify_givers(job: Job, *, goal_id: int, after: int, until: int) -> None:
    tell_days.goal_reached(goal_id=goal_id, after=after, until=until)


@job(queue="notify")
def notify_goal_stopped(job: Job, *, goal_id: int, reason: str, by_team: bool = True, at: str = "") -> None:
    tell_days.goal_stopped(goal_id=goal_id, reason=reason, by_team=by_team, at=at)


@job(queue="notify")
def notify_collection_removed(
    job: Job, *, collection_id: int, circle_id: int, made_by_id: int, title: str, reason: str
) -> None:
    tell_circles.collection_removed(
        collection_id=collection_id, circle_id=circle_id, made_by_id=made_by_id, title=title, reason=reason
    )


@job(queue="notify")
def notify_welcome(job: Job, *, circle_id: int, user_id: int) -> None:
    tell_days.welcome(circle_id=circle_id, user_id=user_id)


@job(queue="notify")
def notify_members_told(job: Job, *, notice_id: int) -> None:
    """Cut the members into ranges, one job each."""
    row = MemberNotice.objects.filter(pk=notice_id).first()
    if row is not None:
        members = Membership.objects.active().filter(circle=row.circle_id)
        enqueue_many(
            "notifications.notify_members_in_range",
            [
                {"notice_id": notice_id, "after": after, "until": until}
                for after, until in ranges(members, "user_id", size=RANGE_SIZE)
            ],
            parent_id=job.pk,
        )


@job(queue="bulk")
def notify_members_in_range(job: Job, *, notice_id: int, after: int, until: int) -> None:
    tell_days.members_told(notice_id=notice_id, after=after, until=until)


@job(queue="notify")
def notify_thing_held(job: Job, *, held_id: int) -> None:
    tell_days.thing_held(held_id=held_id)


@job(queue="notify")
def notify_held_decided(job: Job, *, held_id: int) -> None:
    tell_days.held_decided(held_id=held_id)

"""What reaches people when something happens in circles, with merchants and in moderation."""

from circles.models import Post
from core.jobs import job
from core.jobs.queue import enqueue_many
from core.models import Job
from notifications.actions import tell
from notifications.actions.broadcast import broadcast
from notifications.models import Kind
from notifications.queries import hearing_all
from notifications.ranges import NO_END, ranges

RANGE_SIZE = 200
"""People one range job tells: each has an inbox to be locked."""


@job(queue="notify")
def notify_mentions_in_post(job: Job, *, post_id: int) -> None:
    tell.mentions_in_post(post_id=post_id)


@job(queue="notify")
def notify_new_post(job: Job, *, post_id: int) -> None:
    """Hand those who asked for every post of the circle to range jobs; a handful is told on the spot."""
    circle_id = Post.objects.filter(pk=post_id).values_list("circle_id", flat=True).first()
    found = ranges(hearing_all(circle_id), "user_id", size=RANGE_SIZE) if circle_id else []
    if len(found) == 1:
        tell.new_post(post_id=post_id, after=0, until=NO_END)
    elif found:
        enqueue_many(
            "notifications.notify_new_post_to_range",
            [{"post_id": post_id, "after": after, "until": until} for after, until in found],
            parent_id=job.pk,
        )


@job(queue="bulk")
def notify_new_post_to_range(job: Job, *, post_id: int, after: int, until: int) -> None:
    tell.new_post(post_id=post_id, after=after, until=until)


@job(queue="notify")
def notify_like(job: Job, *, post_id: int, user_id: int) -> None:
    tell.like(post_id=post_id, user_id=user_id)


@job(queue="notify")
def notify_comment(job: Job, *, comment_id: int) -> None:
    tell.comment(comment_id=comment_id)


@job(queue="notify")
def broadcast_announcement(job: Job, *, announcement_id: int) -> None:
    broadcast(announcement_id=announcement_id)


@job(queue="notify")
def notify_post_hidden(job: Job, *, post_id: int, log_entry_id: int) -> None:
    tell.decision(post_id=post_id, log_entry_id=log_entry_id, kind=Kind.POST_HIDDEN)


@job(queue="notify")
def notify_post_restored(job: Job, *, post_id: int, log_entry_id: int) -> None:
    tell.decision(post_id=post_id, log_entry_id=log_entry_id, kind=Kind.POST_RESTORED)

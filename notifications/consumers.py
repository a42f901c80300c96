"""What reaches people when something happens in circles, with merchants and in moderation."""

from core.jobs import job
from core.models import Job
from notifications.actions import tell
from notifications.actions.broadcast import broadcast
from notifications.models import Kind


@job(queue="notify")
def notify_mentions_in_post(job: Job, *, post_id: int) -> None:
    tell.mentions_in_post(post_id=post_id)


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

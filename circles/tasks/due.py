"""Jobs that were written with a moment to run at. Each looks at what is so by then: it may have been changed or taken
back since, and then another job stands for it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from circles.actions import events, links, polls, scheduling
from core.jobs import job


@job(queue="bulk")
def close_poll(job: Any, *, post_id: int) -> None:
    polls.close_due(post_id=post_id, now=timezone.now())


@job(queue="bulk")
def remind_of_event(job: Any, *, post_id: int, starts_at: str) -> None:
    events.remind_due(post_id=post_id, starts_at=datetime.fromisoformat(starts_at), now=timezone.now())


@job(queue="fanout")
def publish_draft(job: Any, *, draft_id: str, publish_at: str) -> None:
    scheduling.publish_due(draft_id=draft_id, publish_at=datetime.fromisoformat(publish_at), now=timezone.now())


@job(queue="media", transactional=False, max_attempts=3)
def fetch_link(job: Any, *, preview_id: int) -> None:
    links.fetch(preview_id=preview_id)

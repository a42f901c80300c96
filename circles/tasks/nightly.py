"""What beat asks for every night. Each becomes a durable job, once a day however often it is asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from circles.actions import bylines, circle_exports, succession
from circles.models import (
    Circle,
    Collection,
    CollectionPage,
    Comment,
    CommentLike,
    Draft,
    Like,
    Membership,
    Post,
    PostTopic,
    Publication,
    Succession,
    Topic,
)
from circles.models.succession import RUNNING
from core.counters import Counter, recount
from core.jobs import job
from core.jobs.schedule import once_per_slot
from core.models import Job

DRAFTS_AT_ONCE = 500
OWNERS_AT_ONCE = 100
COUNTERS = (
    Counter(Circle.objects.all(), "member_count", Membership.objects.active(), "circle"),
    Counter(Circle.objects.all(), "post_count", Post.objects.filter(state=Publication.PUBLISHED), "circle"),
    Counter(Post.objects.all(), "comment_count", Comment.objects.filter(state=Publication.PUBLISHED), "post"),
    Counter(Post.objects.all(), "like_count", Like.objects.all(), "post"),
    Counter(Comment.objects.all(), "like_count", CommentLike.objects.all(), "comment"),
    Counter(Topic.objects.all(), "post_count", PostTopic.objects.filter(post__state=Publication.PUBLISHED), "topic"),
    Counter(Collection.objects.all(), "page_count", CollectionPage.objects.all(), "collection"),
)


@shared_task(name="circles.tidy")
def tidy() -> None:
    """Once a day: counters put right, old drafts thrown away."""
    for handler in ("circles.recount_circles", "circles.purge_drafts", "circles.purge_exports"):
        once_per_slot(handler, timedelta(days=1))


@shared_task(name="circles.watch_owners")
def watch_owners() -> None:
    """Once an hour: who is gone, and what is due where somebody is."""
    once_per_slot("circles.look_for_owners", timedelta(hours=1))


@job(queue="bulk", stepwise=True)
def look_for_owners(job: Job) -> dict[str, Any] | None:
    """Give notice where an owner is gone, then have every running succession take the step that is due."""
    now, progress = timezone.now(), job.progress or {"what": "begin", "after": 0}
    last = 0
    if progress["what"] == "begin":
        for circle in succession.ownerless(now).filter(pk__gt=progress["after"]).order_by("pk")[:OWNERS_AT_ONCE]:
            succession.begin(circle=circle, now=now)
            last = circle.pk
    else:
        running = Succession.objects.filter(state__in=RUNNING, pk__gt=progress["after"]).order_by("pk")
        for row in running[:OWNERS_AT_ONCE]:
            succession.advance(succession=row, now=now)
            last = row.pk
    if last:
        return {**progress, "after": last}
    return {"what": "advance", "after": 0} if progress["what"] == "begin" else None


@job(queue="bulk", stepwise=True)
def recount_circles(job: Job) -> dict[str, int] | None:
    """Count members, posts, comments and likes anew."""
    return recount(COUNTERS, job.progress)


@job(queue="bulk", stepwise=True)
def rename_in_circle(job: Job, *, membership_id: int) -> dict[str, int] | None:
    """Put what a member wrote under the name they chose."""
    last = bylines.rename(membership_id=membership_id, after=(job.progress or {}).get("after", 0))
    return None if last is None else {"after": last}


@job(queue="bulk", stepwise=True)
def purge_drafts(job: Job) -> dict[str, Any] | None:
    """Throw away drafts nobody touched for DRAFT_KEEP_DAYS. Pictures that nothing shows any more go by themselves."""
    before = timezone.now() - timedelta(days=settings.DRAFT_KEEP_DAYS)
    old = Draft.objects.filter(updated_at__lt=before, publish_at=None).select_for_update(skip_locked=True)
    ids = list(old.order_by("updated_at").values_list("pk", flat=True)[:DRAFTS_AT_ONCE])
    Draft.objects.filter(pk__in=ids).delete()
    done = (job.progress or {}).get("done", 0) + len(ids)
    return {"done": done} if len(ids) == DRAFTS_AT_ONCE else None


@job(queue="bulk", transactional=False)
def build_export(job: Job, *, export_id: str, language: str) -> None:
    """Put a circle's zip together."""
    circle_exports.build(export_id=UUID(export_id), language=language)


@job(queue="bulk", transactional=False)
def purge_exports(job: Job) -> None:
    """Delete the files of exports whose time is over."""
    while circle_exports.purge():
        pass

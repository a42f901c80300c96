"""Taking a circle along: one zip with what its members can read, put together by a worker for its owner."""

import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import letters
from accounts.actions.data import exports
from accounts.models import ExportState, User
from accounts.portability.archive import Archive
from circles import rules
from circles.models import Circle, CircleExport, CollectionPage, Comment, Membership, Post, PostTopic, Publication
from core.errors import NotFound, Refused
from core.jobs import enqueue

EXPORTS_PER_DAY = 2


def request_export(*, actor: User, circle: Circle) -> CircleExport:
    """Have it put together; asking again while that is going on returns the same export. Locks the circle.

    Raises `Refused`: codes of `rules.can_manage`, and too_many_exports.
    """
    with transaction.atomic():
        _require_owner(actor, circle.pk)
        Circle.objects.select_for_update(no_key=True).only("pk").get(pk=circle.pk)
        rows = CircleExport.objects.filter(circle=circle)
        waiting: CircleExport | None = rows.filter(state=ExportState.WAITING).first()
        if waiting is not None:
            return waiting
        if rows.filter(created_at__gt=timezone.now() - timedelta(days=1)).count() >= EXPORTS_PER_DAY:
            raise Refused("too_many_exports", _("That is enough for a day. Please come back tomorrow."))
        export: CircleExport = CircleExport.objects.create(circle=circle, asked_by=actor)
        enqueue("circles.build_export", export_id=str(export.pk), language=translation.get_language() or "")
    return export


def build(*, export_id: UUID, language: str) -> None:
    """Put the zip together; running it again makes it anew. Works outside a transaction."""
    rows = CircleExport.objects.select_related("circle", "asked_by").filter(state=ExportState.WAITING)
    export = rows.filter(pk=export_id).first()
    if export is None:
        return
    now, storage = timezone.now(), exports()
    with tempfile.TemporaryFile() as file:
        with translation.override(language or settings.LANGUAGE_CODE):
            archive = Archive(file)
            _write(export.circle, archive)
            archive.close(nickname=export.circle.name, made_at=now)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        storage.delete(export.path)
        storage.save(export.path, File(file, export.path))
    with transaction.atomic(), translation.override(language or settings.LANGUAGE_CODE):
        ready = CircleExport.objects.filter(pk=export.pk, state=ExportState.WAITING).update(
            state=ExportState.READY, byte_count=size, expires_at=now + timedelta(days=settings.EXPORT_KEEP_DAYS)
        )
        if ready:
            path = f"/circles/{export.circle.slug}/export/"
            letters.post("circle_export_ready", user=export.asked_by, days=settings.EXPORT_KEEP_DAYS, path=path)


def open_export(*, actor: User, circle: Circle, export_id: UUID) -> tuple[CircleExport, Any]:
    """The export and its open file, for whoever owns the circle now.

    Raises `Refused` (codes of `rules.can_manage`) and `NotFound` alike for an old one and one that never was.
    """
    _require_owner(actor, circle.pk)
    export = CircleExport.objects.filter(pk=export_id, circle=circle).first()
    if export is None or not export.is_ready:
        raise _no_such_export()
    try:
        return export, exports().open(export.path)
    except FileNotFoundError:
        raise _no_such_export() from None


def purge() -> int:
    """Delete the files of exports whose time is over; returns how many."""
    over = list(CircleExport.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now())[:500])
    for export in over:
        exports().delete(export.path)
        CircleExport.objects.filter(pk=export.pk).update(state=ExportState.GONE)
    return len(over)


def _write(circle: Circle, archive: Archive) -> None:
    """What every member can read: nothing hidden or deleted, and names as they stand there, pseudonyms too."""
    about = {"name": circle.name, "number": circle.number, "introduction": circle.intro, "rules": circle.rules}
    archive.section("circle", _("The circle"), [{**about, "founded": circle.created_at}])
    archive.section("posts", _("Posts"), _posts(circle, archive))
    archive.section("comments", _("Comments"), _comments(circle, archive))
    archive.section("collections", _("Collections"), _pages(circle))


def _posts(circle: Circle, archive: Archive) -> Iterator[dict[str, Any]]:
    topics: dict[int, list[str]] = {}
    for post_id, name in PostTopic.objects.filter(topic__circle=circle).values_list("post_id", "topic__name"):
        topics.setdefault(post_id, []).append(name)
    rows = Post.objects.filter(circle=circle, state=Publication.PUBLISHED).for_cards().order_by("pk")
    for row in rows.iterator(chunk_size=200):
        yield {
            "number": row.pk,
            "author": row.shown_name,
            "written": row.published_at,
            "changed": row.edited_at,
            "title": row.title,
            "text": row.body,
            "featured": row.is_featured,
            "shelf": row.shelf.name if row.shelf else "",
            "topics": topics.get(row.pk, []),
            "likes": row.like_count,
            "photos": [archive.picture(photo.picture) for photo in row.photos.all()],
        }


def _comments(circle: Circle, archive: Archive) -> Iterator[dict[str, Any]]:
    rows = Comment.objects.filter(
        post__circle=circle, post__state=Publication.PUBLISHED, state=Publication.PUBLISHED
    ).select_related("author", "reply_to", "picture", "parent")
    for row in rows.order_by("post_id", "pk").iterator(chunk_size=500):
        yield {
            "post": row.post_id,
            "floor": row.floor or (row.parent.floor if row.parent else None),
            "author": row.shown_name,
            "in reply to": row.answered.nickname if row.answered else "",
            "written": row.published_at,
            "text": row.body,
            "likes": row.like_count,
            "picture": archive.picture(row.picture),
        }


def _pages(circle: Circle) -> Iterator[dict[str, Any]]:
    rows = CollectionPage.objects.filter(collection__circle=circle, post__state=Publication.PUBLISHED)
    ordered = rows.select_related("collection", "section").order_by("collection__position", "collection_id", "position")
    for row in ordered:
        section = row.section.title if row.section else ""
        yield {"collection": row.collection.title, "section": section, "post": row.post_id, "title": row.title}


def _require_owner(actor: User, circle_id: int) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle_id).first()
    rules.can_manage(actor, membership).require()


def _no_such_export() -> NotFound:
    return NotFound("export_not_found", _("There is no such file (any more)."))

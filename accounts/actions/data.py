"""Taking one's data along: one zip, put together by a worker, fetched by its owner alone, deleted after some days."""

import os
import tempfile
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import letters
from accounts.models import DataExport, ExportState, User
from accounts.portability import shares
from accounts.portability.archive import Archive
from core.errors import NotFound, Refused
from core.jobs import enqueue

EXPORTS_PER_DAY = 3


def request_export(*, user: User) -> DataExport:
    """Have everything put together; asking again while that is going on returns the same export.

    Locks the person. The caller has made sure just now that it is they. Raises `Refused` (too_many_exports).
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        waiting: DataExport | None = person.exports.filter(state=ExportState.WAITING).first()
        if waiting is not None:
            return waiting
        if person.exports.filter(created_at__gt=timezone.now() - timedelta(days=1)).count() >= EXPORTS_PER_DAY:
            raise Refused("too_many_exports", _("That is enough for a day. Please come back tomorrow."))
        export: DataExport = DataExport.objects.create(user=person)
        enqueue("accounts.build_export", export_id=str(export.pk), language=translation.get_language() or "")
    return export


def build_export(*, export_id: UUID, language: str) -> None:
    """Put the zip together; running it again makes it anew. Works outside a transaction."""
    export = DataExport.objects.select_related("user__avatar").filter(pk=export_id, state=ExportState.WAITING).first()
    if export is None or not export.user.is_active:
        return
    now = timezone.now()
    with tempfile.TemporaryFile() as file:
        with translation.override(language or settings.LANGUAGE_CODE):
            archive = Archive(file)
            for share in shares():
                share.export(export.user, archive)
            archive.close(nickname=export.user.nickname, made_at=now)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        exports().delete(export.path)
        exports().save(export.path, File(file, export.path))
    with transaction.atomic(), translation.override(language or settings.LANGUAGE_CODE):
        ready = DataExport.objects.filter(pk=export.pk, state=ExportState.WAITING, user__is_active=True).update(
            state=ExportState.READY,
            byte_count=size,
            expires_at=now + timedelta(days=settings.EXPORT_KEEP_DAYS),
        )
        if ready:
            letters.post("export_ready", user=export.user, days=settings.EXPORT_KEEP_DAYS)
    if not ready:  # the account was closed meanwhile
        exports().delete(export.path)


def open_export(*, user: User, export_id: UUID) -> tuple[DataExport, Any]:
    """The export and its open file. Raises `NotFound` alike for another's, an old one and one that never was."""
    export = DataExport.objects.filter(pk=export_id, user=user).first()
    if export is None or not export.is_ready:
        raise _no_such_export()
    try:
        return export, exports().open(export.path)
    except FileNotFoundError:
        raise _no_such_export() from None


def delete_export(*, user: User, export_id: UUID) -> None:
    """Delete the file before its time; idempotent. Raises `NotFound`."""
    export = DataExport.objects.filter(pk=export_id, user=user).first()
    if export is None:
        raise _no_such_export()
    if export.state != ExportState.WAITING:
        _drop(export)


def purge_exports() -> int:
    """Delete the files of exports whose time is over; returns how many."""
    over = list(DataExport.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now())[:500])
    for export in over:
        _drop(export)
    return len(over)


def exports() -> Any:
    """Where they lie: a storage of their own, never served as a folder."""
    return storages["exports"]


def _drop(export: DataExport) -> None:
    exports().delete(export.path)
    DataExport.objects.filter(pk=export.pk).update(state=ExportState.GONE)


def _no_such_export() -> NotFound:
    return NotFound("export_not_found", _("There is no such file (any more)."))

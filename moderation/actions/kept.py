"""Take away what a circle's staff named or wrote around posts: a collection, a shelf. The posts stay."""

from django.db import transaction

from accounts.models import User
from circles.actions import collections, shelves
from circles.models import Collection, Shelf
from moderation.actions import log
from moderation.models import LogEntry, Verb
from moderation.rules import Power, can


def remove_collection(*, actor: User, collection: Collection, reason: str) -> LogEntry | None:
    """Its title, introduction and headings are gone for good; the log keeps the title, and whoever made it is told.
    None if it is gone already.

    Locks the collection. Raises `Refused` (`not_allowed`) or `Invalid` (`reason_required`).
    """
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        rows = Collection.objects.select_for_update(of=("self",)).select_related("circle__owner", "made_by")
        found = rows.filter(pk=collection.pk).first()
        if found is None:
            return None
        entry = _write(actor, Verb.COLLECTION_REMOVE, reason, found, subject=found.made_by, was=found.title)
        collections.take_away(actor=actor, collection=found, reason=reason)
    return entry


def remove_shelf(*, actor: User, shelf: Shelf, reason: str) -> LogEntry | None:
    """Its posts stay featured, on no shelf. None if it is gone already. Raises as `remove_collection` does."""
    can(actor, Power.CONTENT).require()
    reason = log.clean_reason(reason)
    with transaction.atomic():
        rows = Shelf.objects.select_for_update(of=("self",)).select_related("circle__owner")
        found = rows.filter(pk=shelf.pk).first()
        if found is None:
            return None
        entry = _write(actor, Verb.SHELF_REMOVE, reason, found, subject=found.circle.owner, was=found.name)
        shelves.take_away(shelf=found)
    return entry


def _write(
    actor: User, verb: Verb, reason: str, target: Collection | Shelf, *, subject: User | None, was: str
) -> LogEntry:
    return log.write(
        actor=actor,
        verb=verb,
        reason=reason,
        target=target,
        subject=subject,
        circle=target.circle,
        details={"was": was},
    )

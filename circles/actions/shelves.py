"""The shelves a circle sorts its featured posts into."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from circles import rules
from circles.models import Circle, Membership, Post, Shelf
from circles.models.shelf import SHELF_NAME_MAX
from core.errors import Invalid, Refused
from core.text.clean import clean_line, require_length

SHELVES_MAX = 12


def add(*, actor: User, circle: Circle, name: str) -> Shelf:
    """A shelf at the end. Locks the circle.

    Raises `Refused` (codes of `rules.can_feature`, and too_many_shelves) and `Invalid` (empty_name, too_long,
    shelf_name_taken).
    """
    name = _named(name)
    with transaction.atomic():
        _require(actor, circle.pk)
        Circle.objects.select_for_update(no_key=True).only("pk").get(pk=circle.pk)
        count = circle.shelves.count()
        if count >= SHELVES_MAX:
            raise Refused("too_many_shelves", _("A circle has at most %(most)s shelves.") % {"most": SHELVES_MAX})
        return _saved(Shelf(circle=circle, name=name, position=count))


def rename(*, actor: User, shelf: Shelf, name: str) -> Shelf:
    """Another name; its posts are shown with it at once. Raises as `add`."""
    name = _named(name)
    with transaction.atomic():
        _require(actor, shelf.circle_id)
        fresh = Shelf.objects.select_for_update().get(pk=shelf.pk)
        fresh.name = name
        _saved(fresh)
        Post.objects.filter(shelf=fresh).update(version=F("version") + 1)
    return fresh


def remove(*, actor: User, shelf: Shelf) -> None:
    """Take the shelf away; its posts stay featured. Raises `Refused`: codes of `rules.can_feature`."""
    with transaction.atomic():
        _require(actor, shelf.circle_id)
        take_away(shelf=shelf)


def take_away(*, shelf: Shelf) -> None:
    """For moderation, which asked its own rules and keeps a log: as `remove`, inside a transaction of the caller's."""
    Post.objects.filter(shelf=shelf).update(version=F("version") + 1, shelf=None)
    Shelf.objects.filter(pk=shelf.pk).delete()


def move(*, actor: User, shelf: Shelf, up: bool) -> None:
    """Change places with the one above or below. Locks the circle. Raises `Refused`: codes of `rules.can_feature`."""
    with transaction.atomic():
        _require(actor, shelf.circle_id)
        Circle.objects.select_for_update(no_key=True).only("pk").get(pk=shelf.circle_id)
        rows = list(Shelf.objects.filter(circle_id=shelf.circle_id))
        at = next((place for place, row in enumerate(rows) if row.pk == shelf.pk), None)
        if at is None:
            return
        to = min(max(at + (-1 if up else 1), 0), len(rows) - 1)
        rows.insert(to, rows.pop(at))
        for place, row in enumerate(rows):
            row.position = place
        Shelf.objects.bulk_update(rows, ["position"])


def _named(name: str) -> str:
    name = clean_line(name)
    if not name:
        raise Invalid("empty_name", _("Give it a name first."), field="name")
    require_length(name, most=SHELF_NAME_MAX, field="name")
    return name


def _saved(shelf: Shelf) -> Shelf:
    try:
        with transaction.atomic():
            shelf.save()
    except IntegrityError:
        raise Invalid("shelf_name_taken", _("There is a shelf of that name already."), field="name") from None
    return shelf


def _require(actor: User, circle_id: int) -> None:
    membership = Membership.objects.filter(user_id=actor.pk, circle_id=circle_id).first()
    rules.can_feature(actor, membership).require()
